import Accessibility from "@lucide/svelte/icons/accessibility";
import Baby from "@lucide/svelte/icons/baby";
import FileBadge from "@lucide/svelte/icons/file-badge";
import FileText from "@lucide/svelte/icons/file-text";
import Flower from "@lucide/svelte/icons/flower";
import Gem from "@lucide/svelte/icons/gem";
import HandHeart from "@lucide/svelte/icons/hand-heart";
import HeartPulse from "@lucide/svelte/icons/heart-pulse";
import House from "@lucide/svelte/icons/house";
import LogIn from "@lucide/svelte/icons/log-in";
import LogOut from "@lucide/svelte/icons/log-out";
import Split from "@lucide/svelte/icons/split";
import ToyBrick from "@lucide/svelte/icons/toy-brick";

type Icon = typeof House;

const ICONS: Record<string, Icon> = {
  move_in: LogIn,
  move_within: House,
  move_out: LogOut,
  birth: Baby,
  marriage: Gem,
  divorce: Split,
  death: Flower,
  disability: Accessibility,
  certificate: FileBadge,
  insurance: HeartPulse,
  childcare: ToyBrick,
  care: HandHeart,
};

/** A life event that a city added itself has no picture of its own yet. */
export const lifeEventIcon = (id: string): Icon => ICONS[id] ?? FileText;
