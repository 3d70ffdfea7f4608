/** Days as ISO texts, which compare as they are; a day or month that nobody knows is `XX`. */

import type { Basis, Unit } from "./questions";

/** First and last day that are meant. */
export type Span = [low: string, high: string];

const two = (number: number) => String(number).padStart(2, "0");
export const iso = (year: number, month: number, day: number) =>
  `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;

const parts = (day: string): [number, number, number] => {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return [year, month, date];
};

export const daysIn = (year: number, month: number): number =>
  new Date(Date.UTC(year, month, 0)).getUTCDate();

/** The day on the clock of whoever looks at it. */
export function today(now = new Date()): string {
  return iso(now.getFullYear(), now.getMonth() + 1, now.getDate());
}

export function span(day: string): Span | null {
  const match = /^(\d{4})-(\d\d|XX)-(\d\d|XX)$/.exec(day);
  if (!match) return null;
  const [, year, month, date] = match;
  const y = Number(year);
  if (month === "XX") return [iso(y, 1, 1), iso(y, 12, 31)];
  const m = Number(month);
  if (m < 1 || m > 12) return null;
  if (date === "XX") return [iso(y, m, 1), iso(y, m, daysIn(y, m))];
  const d = Number(date);
  return d >= 1 && d <= daysIn(y, m) ? [day, day] : null;
}

/** Moved by days, months or years; a day that a short month lacks becomes its last. */
export function moved(day: string, amount: number, unit: Unit): string {
  const [year, month, date] = parts(day);
  if (unit === "days") {
    const there = new Date(Date.UTC(year, month - 1, date + amount));
    return iso(there.getUTCFullYear(), there.getUTCMonth() + 1, there.getUTCDate());
  }
  const months = year * 12 + (month - 1) + (unit === "years" ? amount * 12 : amount);
  const [y, m] = [Math.floor(months / 12), (((months % 12) + 12) % 12) + 1];
  return iso(y, m, Math.min(date, daysIn(y, m)));
}

/** The age on a day, as `madoka_rules::age` counts it. */
export function age(birth: string, on: string, basis: Basis): number {
  let day = on;
  if (basis === "day_before_birthday") day = moved(on, 1, "days");
  if (basis === "fiscal_year_end") {
    const [year, month] = parts(on);
    day = iso(month >= 4 ? year + 1 : year, 4, 1);
  }
  const years = Number(day.slice(0, 4)) - Number(birth.slice(0, 4));
  return day.slice(5) < birth.slice(5) ? years - 1 : years;
}

/** 元号: first day and the year before its first. */
export const ERAS = [
  { id: "reiwa", ja: "令和", en: "Reiwa", from: "2019-05-01", before: 2018 },
  { id: "heisei", ja: "平成", en: "Heisei", from: "1989-01-08", before: 1988 },
  { id: "showa", ja: "昭和", en: "Showa", from: "1926-12-25", before: 1925 },
  { id: "taisho", ja: "大正", en: "Taisho", from: "1912-07-30", before: 1911 },
  { id: "meiji", ja: "明治", en: "Meiji", from: "1868-01-25", before: 1867 },
] as const;

export type Era = (typeof ERAS)[number]["id"] | "western";

/** Whether some day of the span lies in the era. */
export function inEra([low, high]: Span, era: Era): boolean {
  const at = ERAS.findIndex(({ id }) => id === era);
  const found = ERAS[at];
  if (!found) return true;
  const next = ERAS[at - 1];
  return high >= found.from && (!next || low < next.from);
}
