import Ban from "@lucide/svelte/icons/ban";
import Camera from "@lucide/svelte/icons/camera";
import CircleCheck from "@lucide/svelte/icons/circle-check";
import HardDrive from "@lucide/svelte/icons/hard-drive";
import IdCard from "@lucide/svelte/icons/id-card";
import Package from "@lucide/svelte/icons/package";
import Printer from "@lucide/svelte/icons/printer";
import Server from "@lucide/svelte/icons/server";
import TriangleAlert from "@lucide/svelte/icons/triangle-alert";
import Type from "@lucide/svelte/icons/type";
import type { Check, CheckState, Part, SyncView } from "../backend";

type Icon = typeof Camera;

export const PART_NAMES: Record<Part, string> = {
  reader: "カードリーダー",
  camera: "カメラ",
  printer: "プリンター",
  server: "サーバー",
  storage: "保存先",
  screen_font: "画面の書体",
  name_font: "氏名の書体（外字・異体字）",
  program: "まどか",
};

export const PART_ICONS: Record<Part, Icon> = {
  reader: IdCard,
  camera: Camera,
  printer: Printer,
  server: Server,
  storage: HardDrive,
  screen_font: Type,
  name_font: Type,
  program: Package,
};

/** A shape as well as a colour, for those who do not tell colours apart. */
export const STATE_ICONS: Record<CheckState, Icon> = {
  ready: CircleCheck,
  absent: TriangleAlert,
  unused: Ban,
};

const STATE_NAMES: Record<CheckState, string> = {
  ready: "使えます",
  absent: "ありません",
  unused: "使いません",
};

/** Parts that are always there, and yet may not be well. */
const ABSENT_NAMES: Partial<Record<Part, string>> = {
  server: "つながっていません",
  storage: "確かめてください",
};

/** How a part is, in one word. */
export const stateName = ({ part, state }: Check) =>
  (state === "absent" && ABSENT_NAMES[part]) || STATE_NAMES[state];

export const STATE_TONES: Record<CheckState, string> = {
  ready: "text-good",
  absent: "text-caution",
  unused: "text-ink-soft",
};

/** The server as this terminal meets it now, in place of what the self-check knows of it. */
export function withSync(check: Check, sync: SyncView | null): Check {
  if (check.part !== "server" || !sync) return check;
  const since = sync.since ? `（${sync.since} から）` : "";
  const clock = sync.clock_off_minutes
    ? `この端末の時計が、サーバーと${Math.abs(sync.clock_off_minutes)}分${sync.clock_off_minutes > 0 ? "進んで" : "遅れて"}います。時計を合わせてください。`
    : "";
  const away = sync.state === "offline" ? "仕事はそのまま続けられます。つながると自動で送ります。" : "";
  return {
    part: "server",
    state: sync.state === "in_step" || sync.state === "behind" ? "ready" : "absent",
    found: `${sync.words}${since}`,
    names: [],
    todo: [sync.problem?.todo ?? "", away, clock].filter(Boolean).join(" "),
  };
}
