import ClipboardCheck from "@lucide/svelte/icons/clipboard-check";
import Computer from "@lucide/svelte/icons/computer";
import ConciergeBell from "@lucide/svelte/icons/concierge-bell";
import Contrast from "@lucide/svelte/icons/contrast";
import Inbox from "@lucide/svelte/icons/inbox";
import Printer from "@lucide/svelte/icons/printer";
import type { Component } from "svelte";

export type Screen = "reception" | "departments" | "self_check" | "printers" | "display" | "terminal";

interface ScreenEntry {
  id: Screen;
  name: string;
  /** The group heading it stands under. */
  group: "窓口" | "設定";
  /** Alt and this digit open it. */
  digit: string;
  icon: Component<{ class?: string; "aria-hidden"?: "true" }>;
}

/** Every screen there is, in the order of the side navigation. */
export const SCREENS: readonly ScreenEntry[] = [
  { id: "reception", name: "受付", group: "窓口", digit: "1", icon: ConciergeBell },
  { id: "departments", name: "照会", group: "窓口", digit: "3", icon: Inbox },
  { id: "self_check", name: "自己点検", group: "設定", digit: "6", icon: ClipboardCheck },
  { id: "printers", name: "プリンター", group: "設定", digit: "7", icon: Printer },
  { id: "display", name: "表示", group: "設定", digit: "8", icon: Contrast },
  { id: "terminal", name: "この端末", group: "設定", digit: "9", icon: Computer },
];
