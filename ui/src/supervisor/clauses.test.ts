import { expect, test } from "vitest";
import type { FactChoice, RowTest } from "../backend";
import { asBox, bare, firstRow, howOf, hows, row } from "./clauses";

const fact = (type: FactChoice["type"], path = "case.x"): FactChoice => ({
  path,
  label: "事実",
  member: false,
  type,
  choices:
    type === "choice" || type === "choices"
      ? [
          { id: "a", name: "あ" },
          { id: "b", name: "い" },
        ]
      : [],
  unit: "",
});

test("どの事実のどの比べ方も、選んだとおりに行になり、行から読み戻せる", () => {
  for (const type of ["bool", "choice", "choices", "number", "date", "text"] as const) {
    for (const { id } of hows(fact(type))) {
      const { clause, not } = bare(row(fact(type), id, null, null));
      expect(clause.is).toBe("row");
      if (clause.is === "row") expect(howOf(clause.test, not)).toBe(id);
    }
  }
});

test("生年月日は年齢で、ほかの日付は日で始まる", () => {
  const birth = firstRow(fact("date", "deceased.birth_date"), null);
  expect(birth.is === "row" && birth.test.how).toBe("age");
  const other = firstRow(fact("date", "case.move_date"), null);
  expect(other.is === "row" && other.test.how).toBe("day");
});

test("比べ方を変えても、選んだ値は残る", () => {
  const before: RowTest = { how: "is", value: { is: "choice", value: "b" } };
  const { clause } = bare(row(fact("choice"), "in_not", before, null));
  expect(clause).toEqual({
    is: "row",
    fact: "case.x",
    test: { how: "in", values: [{ is: "choice", value: "b" }] },
  });
});

test("一行だけの条件も、いつでもの条件も、箱で組み立てる", () => {
  const one = row(fact("bool"), "yes", null, null);
  expect(asBox(one)).toEqual({ is: "all", parts: [one] });
  expect(asBox({ is: "always" })).toEqual({ is: "all", parts: [] });
  expect(asBox(null)).toEqual({ is: "all", parts: [] });
});
