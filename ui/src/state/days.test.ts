import { expect, test } from "vitest";
import { inKanji } from "./days";

test("日付は元号で書く", () => {
  expect(inKanji("2026-04-01")).toBe("令和8年4月1日");
  expect(inKanji("2019-04-30")).toBe("平成31年4月30日");
});

test("ない日付は空のまま", () => {
  expect(inKanji("")).toBe("");
  expect(inKanji("2026-02-xx")).toBe("");
});
