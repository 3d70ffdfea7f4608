import { expect, test } from "vitest";
import { inKanji, officeDay } from "./days";

test("日付は元号で書く", () => {
  expect(inKanji("2026-04-01")).toBe("令和8年4月1日");
  expect(inKanji("2019-04-30")).toBe("平成31年4月30日");
});

test("ない日付は空のまま", () => {
  expect(inKanji("")).toBe("");
  expect(inKanji("2026-02-xx")).toBe("");
});

test("役所の日は日本の日", () => {
  expect(officeDay(new Date("2026-11-21T14:59:00Z"))).toBe("2026-11-21");
  expect(officeDay(new Date("2026-11-21T15:00:00Z"))).toBe("2026-11-22");
});
