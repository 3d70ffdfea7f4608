import CalendarDays from "@lucide/svelte/icons/calendar-days";
import ChartColumn from "@lucide/svelte/icons/chart-column";
import ChartGantt from "@lucide/svelte/icons/chart-gantt";
import ClipboardCheck from "@lucide/svelte/icons/clipboard-check";
import Computer from "@lucide/svelte/icons/computer";
import ConciergeBell from "@lucide/svelte/icons/concierge-bell";
import Contrast from "@lucide/svelte/icons/contrast";
import Inbox from "@lucide/svelte/icons/inbox";
import PencilRuler from "@lucide/svelte/icons/pencil-ruler";
import Printer from "@lucide/svelte/icons/printer";
import type { Component } from "svelte";
import type { SessionView } from "../backend";

export type Screen =
  | "reception"
  | "bookings"
  | "departments"
  | "board"
  | "supervisor"
  | "statistics"
  | "self_check"
  | "printers"
  | "display"
  | "terminal";

interface ScreenEntry {
  id: Screen;
  name: string;
  /** The group heading it stands under. */
  group: "窓口" | "監督" | "設定";
  /** Alt and this digit open it. */
  digit: string;
  icon: Component<{ class?: string; "aria-hidden"?: "true" }>;
}

/** Every screen there is, in the order of the side navigation. */
export const SCREENS: readonly ScreenEntry[] = [
  { id: "reception", name: "受付", group: "窓口", digit: "1", icon: ConciergeBell },
  { id: "bookings", name: "予約", group: "窓口", digit: "2", icon: CalendarDays },
  { id: "departments", name: "照会", group: "窓口", digit: "3", icon: Inbox },
  { id: "board", name: "進み", group: "窓口", digit: "4", icon: ChartGantt },
  { id: "supervisor", name: "手続の編集", group: "監督", digit: "5", icon: PencilRuler },
  { id: "statistics", name: "統計", group: "監督", digit: "0", icon: ChartColumn },
  { id: "self_check", name: "自己点検", group: "設定", digit: "6", icon: ClipboardCheck },
  { id: "printers", name: "プリンター", group: "設定", digit: "7", icon: Printer },
  { id: "display", name: "表示", group: "設定", digit: "8", icon: Contrast },
  { id: "terminal", name: "この端末", group: "設定", digit: "9", icon: Computer },
];

/** Whoever may see figures, which name nobody. */
const COUNTS = ["supervisor", "approver", "administrator", "auditor"];

/** What this person may open: a supervisor's desk is for supervisors and approvers, and for whoever practises. */
export function screensFor(session: SessionView | null): readonly ScreenEntry[] {
  const roles = session?.is === "at" || session?.is === "locked" ? session.officer.roles : [];
  const supervises =
    session?.is === "practice" || roles.some((role) => role === "supervisor" || role === "approver");
  const counts = supervises || roles.some((role) => COUNTS.includes(role));
  return SCREENS.filter(
    (screen) => screen.group !== "監督" || (screen.id === "statistics" ? counts : supervises),
  );
}
