import { expect, test } from "vitest";
import { periodOf } from "./periods";

test("年度は4月に始まり_先月は末日まで", () => {
  const november = new Date(2026, 10, 21);
  expect(periodOf("month", november)).toEqual({ from: "2026-11-01", to: "2026-11-21" });
  expect(periodOf("last_month", november)).toEqual({ from: "2026-10-01", to: "2026-10-31" });
  expect(periodOf("quarter", november)).toEqual({ from: "2026-08-22", to: "2026-11-21" });
  expect(periodOf("year", november)).toEqual({ from: "2026-04-01", to: "2026-11-21" });
  expect(periodOf("year", new Date(2027, 2, 31))).toEqual({ from: "2026-04-01", to: "2027-03-31" });
  expect(periodOf("last_month", new Date(2027, 0, 5))).toEqual({ from: "2026-12-01", to: "2026-12-31" });
});
