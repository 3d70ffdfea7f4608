// 条件を選んで組み立てる: the tree as rows and boxes. A box may hold one row or none while it is built; the counter
// makes one tree of it.

import type { Choosable, Clause, CompareHow, Constant, FactChoice, RowTest } from "../backend";
import { officeDay } from "../state/days";

export type Box = Extract<Clause, { is: "all" | "any" }>;

/** What the second choice of a row offers, by the type of its fact. */
export interface How {
  id: string;
  label: string;
  /** The same test, denied. */
  not: boolean;
}

const how = (id: string, label: string, not = false): How => ({ id, label, not });

const COMPARES: How[] = [
  how("at_least", "以上"),
  how("at_most", "以下"),
  how("more", "より多い"),
  how("less", "より少ない"),
  how("equal", "ちょうど"),
  how("not_equal", "ちょうどでない", true),
];

export function hows(fact: FactChoice): How[] {
  switch (fact.type) {
    case "bool":
      return [how("yes", "はい"), how("no", "いいえ", true)];
    case "choice":
      return [
        how("is", "次である"),
        how("is_not", "次でない", true),
        how("in", "次のどれか"),
        how("in_not", "次のどれでもない", true),
      ];
    case "choices":
      return [
        how("has_any", "次のどれかがある"),
        how("has_all", "次が全部ある"),
        how("has_none", "次のどれもない", true),
      ];
    case "number":
      return COMPARES;
    case "date":
      return [
        how("age", "年齢が"),
        how("less", "その日より前"),
        how("at_most", "その日まで"),
        how("at_least", "その日から"),
        how("more", "その日より後"),
        how("equal", "その日"),
        how("against", "別の日と比べる"),
      ];
    case "text":
      return [how("is", "次の文字"), how("is_not", "次の文字でない", true)];
  }
}

/** A row with its denial taken off. */
export function bare(clause: Clause): { clause: Clause; not: boolean } {
  return clause.is === "not" ? { clause: clause.part, not: true } : { clause, not: false };
}

export const denied = (clause: Clause, not: boolean): Clause => (not ? { is: "not", part: clause } : clause);

/** Which of `hows` a test is. */
export function howOf(test: RowTest, not: boolean): string {
  switch (test.how) {
    case "yes":
      return not ? "no" : "yes";
    case "is":
      return not ? "is_not" : "is";
    case "in":
      return not ? "in_not" : "in";
    case "has_any":
      return not ? "has_none" : "has_any";
    case "has_all":
    case "age":
    case "against":
      return test.how;
    case "number":
      return not && test.compare === "equal" ? "not_equal" : test.compare;
    case "day":
      return test.compare;
  }
}

function constant(fact: FactChoice, from: RowTest | null): Constant {
  if (from?.how === "is") return from.value;
  if (from?.how === "in" && from.values[0]) return from.values[0];
  return fact.type === "text"
    ? { is: "text", value: "" }
    : { is: "choice", value: fact.choices[0]?.id ?? "" };
}

function idsOf(fact: FactChoice, from: RowTest | null): string[] {
  if (from?.how === "has_any" || from?.how === "has_all") return from.ids;
  return fact.choices[0] ? [fact.choices[0].id] : [];
}

/** A row of this fact, compared in this way; what fits of the row before is kept. */
export function row(fact: FactChoice, id: string, from: RowTest | null, all: Choosable | null): Clause {
  const not = hows(fact).find((one) => one.id === id)?.not ?? false;
  return denied({ is: "row", fact: fact.path, test: test(fact, id, from, all) }, not);
}

function test(fact: FactChoice, id: string, from: RowTest | null, all: Choosable | null): RowTest {
  if (id === "yes" || id === "no") return { how: "yes" };
  if (id === "is" || id === "is_not") return { how: "is", value: constant(fact, from) };
  if (id === "in" || id === "in_not")
    return { how: "in", values: from?.how === "in" ? from.values : [constant(fact, from)] };
  if (id === "has_any" || id === "has_none") return { how: "has_any", ids: idsOf(fact, from) };
  if (id === "has_all") return { how: "has_all", ids: idsOf(fact, from) };
  if (id === "age") {
    if (from?.how === "age") return from;
    return { how: "age", on: eventDay(all), basis: "day_before_birthday", compare: "at_least", years: 65 };
  }
  if (id === "against") {
    if (from?.how === "against") return from;
    return { how: "against", compare: "at_most", other: eventDay(all), amount: 0, unit: "days" };
  }
  const compare = (id === "not_equal" ? "equal" : id) as CompareHow;
  if (fact.type === "date") return { how: "day", compare, day: from?.how === "day" ? from.day : officeDay() };
  return { how: "number", compare, number: from?.how === "number" ? from.number : 1 };
}

const eventDay = (all: Choosable | null) =>
  all?.facts.find((fact) => fact.path === "case.death_date")?.path ?? "case.visit_date";

/** The first row of a fact: a birth date by age, everything else by its first comparison. */
export function firstRow(fact: FactChoice, all: Choosable | null): Clause {
  const birth = fact.path.endsWith(".birth_date") && !fact.path.startsWith("case.");
  const first = fact.type === "date" && !birth ? "at_least" : (hows(fact)[0]?.id ?? "yes");
  return row(fact, first, null, all);
}

/** Whatever stands there, as a box to build in. */
export function asBox(clause: Clause | null): Box {
  if (clause === null || clause.is === "always") return { is: "all", parts: [] };
  if (clause.is === "never") return { is: "any", parts: [] };
  if (clause.is === "all" || clause.is === "any") return clause;
  return { is: "all", parts: [clause] };
}
