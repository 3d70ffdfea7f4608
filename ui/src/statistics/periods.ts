// The times that cities report by: months, and the fiscal year that begins in April.

import type { StatisticsAsk } from "../backend";

export type Period = "month" | "last_month" | "quarter" | "year";
export const PERIODS: readonly { id: Period; name: string }[] = [
  { id: "month", name: "今月" },
  { id: "last_month", name: "先月" },
  { id: "quarter", name: "3か月" },
  { id: "year", name: "今年度" },
];

const APRIL = 3;
const two = (number: number) => String(number).padStart(2, "0");
const iso = (day: Date) => `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;

export function periodOf(period: Period, today: Date): Pick<StatisticsAsk, "from" | "to"> {
  const [year, month, day] = [today.getFullYear(), today.getMonth(), today.getDate()];
  switch (period) {
    case "month":
      return { from: iso(new Date(year, month, 1)), to: iso(today) };
    case "last_month":
      return { from: iso(new Date(year, month - 1, 1)), to: iso(new Date(year, month, 0)) };
    case "quarter":
      return { from: iso(new Date(year, month - 3, day + 1)), to: iso(today) };
    case "year":
      return { from: iso(new Date(month < APRIL ? year - 1 : year, APRIL, 1)), to: iso(today) };
  }
}
