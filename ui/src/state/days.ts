const KANJI = new Intl.DateTimeFormat("ja-JP-u-ca-japanese", { dateStyle: "long", timeZone: "UTC" });

/** 2026-04-01 as 令和8年4月1日; nothing stays nothing. */
export function inKanji(day: string): string {
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) ? "" : KANJI.format(at);
}

const OFFICE = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Tokyo" });

/** The office's day, 2026-04-01, whatever zone the machine keeps. */
export const officeDay = (at: Date = new Date()): string => OFFICE.format(at);
