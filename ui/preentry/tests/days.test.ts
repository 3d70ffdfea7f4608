import { describe, expect, it } from "vitest";
import { age, daysIn, inEra, moved, span, today } from "../src/days";

describe("日付", () => {
  it("わからない月や日は、ありうる幅になる", () => {
    expect(span("1941-02-XX")).toEqual(["1941-02-01", "1941-02-28"]);
    expect(span("1940-XX-XX")).toEqual(["1940-01-01", "1940-12-31"]);
    expect(span("2024-02-29")).toEqual(["2024-02-29", "2024-02-29"]);
    for (const wrong of ["2023-02-29", "2023-13-01", "2023-00-XX", "2023-XX-01x", "昭和16年", ""])
      expect(span(wrong)).toBeNull();
  });

  it("足した日が短い月にないときは末日になる", () => {
    expect(moved("2026-01-31", 1, "months")).toBe("2026-02-28");
    expect(moved("2024-02-29", 1, "years")).toBe("2025-02-28");
    expect(moved("2026-12-20", 30, "days")).toBe("2027-01-19");
    expect(moved("2026-03-31", -1, "months")).toBe("2026-02-28");
    expect(daysIn(2026, 12)).toBe(31);
  });

  it("年齢は根拠ごとに数え、窓口と同じ日に達する", () => {
    expect(age("1961-11-21", "2026-11-19", "day_before_birthday")).toBe(64);
    expect(age("1961-11-21", "2026-11-20", "day_before_birthday")).toBe(65);
    expect(age("1951-11-21", "2026-11-20", "birthday")).toBe(74);
    expect(age("1951-11-21", "2026-11-21", "birthday")).toBe(75);
    expect(age("2008-04-02", "2026-11-21", "fiscal_year_end")).toBe(18);
    expect(age("2009-04-01", "2026-11-21", "fiscal_year_end")).toBe(18);
    expect(age("2009-04-02", "2026-11-21", "fiscal_year_end")).toBe(17);
  });

  it("元号の外の日はその元号ではない", () => {
    expect(inEra(["1989-01-07", "1989-01-07"], "showa")).toBe(true);
    expect(inEra(["1989-01-08", "1989-01-08"], "showa")).toBe(false);
    expect(inEra(["1989-01-01", "1989-12-31"], "showa")).toBe(true);
    expect(inEra(["1800-01-01", "1800-01-01"], "western")).toBe(true);
  });

  it("今日は、見る人の時計の日", () => {
    expect(today(new Date(2026, 10, 1, 23, 59))).toBe("2026-11-01");
  });
});
