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
import Users from "@lucide/svelte/icons/users";
import type { Component } from "svelte";
import type { SessionView } from "../backend";

export type Screen =
  | "reception"
  | "bookings"
  | "departments"
  | "board"
  | "supervisor"
  | "statistics"
  | "administration"
  | "self_check"
  | "printers"
  | "display"
  | "terminal";

interface ScreenEntry {
  id: Screen;
  name: string;
  /** The group heading it stands under. */
  group: "窓口" | "監督" | "設定";
  /** Alt and this key open it. Not 0: that is わからない in a field. */
  key: string;
  icon: Component<{ class?: string; "aria-hidden"?: "true" }>;
  /** Who may open it; everybody where none is named. */
  roles?: readonly string[];
  /** Whoever practises may, too. */
  practised?: true;
}

/** Every screen there is, in the order of the side navigation. */
export const SCREENS: readonly ScreenEntry[] = [
  { id: "reception", name: "受付", group: "窓口", key: "1", icon: ConciergeBell },
  { id: "bookings", name: "予約", group: "窓口", key: "2", icon: CalendarDays },
  { id: "departments", name: "照会", group: "窓口", key: "3", icon: Inbox },
  { id: "board", name: "進み", group: "窓口", key: "4", icon: ChartGantt },
  {
    id: "supervisor",
    name: "手続の編集",
    group: "監督",
    key: "5",
    icon: PencilRuler,
    roles: ["supervisor", "approver"],
    practised: true,
  },
  {
    id: "statistics",
    name: "統計",
    group: "監督",
    key: "t",
    icon: ChartColumn,
    roles: ["supervisor", "approver", "administrator", "auditor"],
    practised: true,
  },
  {
    id: "administration",
    name: "端末・職員・監査",
    group: "監督",
    key: "-",
    icon: Users,
    roles: ["administrator", "auditor"],
  },
  { id: "self_check", name: "自己点検", group: "設定", key: "6", icon: ClipboardCheck },
  { id: "printers", name: "プリンター", group: "設定", key: "7", icon: Printer },
  { id: "display", name: "表示", group: "設定", key: "8", icon: Contrast },
  { id: "terminal", name: "この端末", group: "設定", key: "9", icon: Computer },
];

/** What this person does here; practice has no roles. */
export const rolesOf = (session: SessionView | null): readonly string[] =>
  session?.is === "at" || session?.is === "locked" ? session.officer.roles : [];

/** What this person may open: a supervisor's desk is for supervisors and approvers, and for whoever practises. */
export function screensFor(session: SessionView | null): readonly ScreenEntry[] {
  const own = rolesOf(session);
  return SCREENS.filter(
    ({ roles, practised }) =>
      !roles || (practised && session?.is === "practice") || roles.some((role) => own.includes(role)),
  );
}
