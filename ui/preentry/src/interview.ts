/**
 * Which questions can still matter: a light planner over the pack's own gates and conditions.
 *
 * It follows the engine (`crates/rules`, DESIGN §5): strong three-valued logic, gates before details, a question asked
 * only while it is open somewhere. It judges nothing for anybody; the counter does.
 */

import { age, moved, type Span, span } from "./days";
import type { Compare, Condition, Pack, Procedure, Question, Value } from "./questions";

/** true, false, or not known. */
export type Tri = boolean | null;

/** Given answers; null is わからない. */
export interface Answers {
  facts: Record<string, Value | null>;
  household: "unasked" | "unknown" | "complete";
  members: Record<string, Value | null>[];
}

export const noAnswers = (): Answers => ({ facts: {}, household: "unasked", members: [] });

/** One question for one person (or for the case). */
export interface Item {
  question: Question;
  /** The fact it asks for: `deceased.insurance`, `household[1].school`, `household`. */
  path: string;
  member: number | null;
}

export const memberPath = (member: number, attribute: string) => `household[${member}].${attribute}`;

/** Whoever may be missing from the list of members. */
const GHOST = -1;

const MEMBER = "household.";

export class Interview {
  readonly #pack: Pack;
  readonly #answers: Answers;
  readonly #visit: string;
  readonly #questions: Map<string, Question>;
  readonly #procedures: Procedure[];
  readonly #values = new Map<string, { value: Value | null }>();
  readonly #gates = new Map<string, Tri>();

  constructor(pack: Pack, event: string, answers: Answers, visit: string) {
    this.#pack = pack;
    this.#answers = answers;
    this.#visit = visit;
    this.#questions = new Map(
      pack.questions
        .filter(({ events }) => events.includes(event))
        .map((question) => [question.fact, question]),
    );
    this.#procedures = pack.procedures.filter(({ events }) => events.includes(event));
  }

  /** What was said of a fact, gates and derivations aside; undefined is unasked. */
  said(path: string, row: number): Value | null | undefined {
    if (path === "case.visit_date") return this.#visit;
    if (!path.startsWith(MEMBER)) return this.#answers.facts[path];
    return this.#answers.members[row]?.[path.slice(MEMBER.length)];
  }

  /** The value that conditions see, or null. */
  value(path: string, row: number): Value | null {
    const key = path.startsWith(MEMBER) ? `${path} ${row}` : path;
    const known = this.#values.get(key);
    if (known) return known.value;
    // A circle is refused when a pack is read; here it would only be not known.
    this.#values.set(key, { value: null });
    const derived = this.#pack.facts[path]?.derived;
    let value = derived === undefined ? (this.said(path, row) ?? null) : this.truth(derived, row);
    const question = this.#questions.get(path);
    if (derived === undefined && question?.if !== undefined && question.skipped !== undefined) {
      if (this.gate(question, row) === false) value = question.skipped;
    }
    this.#values.set(key, { value });
    return value;
  }

  gate(question: Question, row: number): Tri {
    if (question.if === undefined) return true;
    const key = `${question.fact} ${row}`;
    let truth = this.#gates.get(key);
    if (truth === undefined) {
      truth = this.truth(question.if, row);
      this.#gates.set(key, truth);
    }
    return truth;
  }

  truth(condition: Condition, row: number): Tri {
    if (typeof condition === "boolean") return condition;
    switch (condition[0]) {
      case "and":
      case "or": {
        const [word, ...branches] = condition;
        const decides = word === "or";
        let all: Tri = !decides;
        for (const branch of branches) {
          const truth = this.truth(branch as Condition, row);
          if (truth === decides) return decides;
          if (truth === null) all = null;
        }
        return all;
      }
      case "not": {
        const truth = this.truth(condition[1], row);
        return truth === null ? null : !truth;
      }
      case "@": {
        const named = this.#pack.conditions[condition[1]];
        return named === undefined ? null : this.truth(named, row);
      }
      case "every":
        return this.#every(condition[1]);
      case "count":
        return this.#count(condition[1], condition[2], condition[3]);
      case "is": {
        const value = this.value(condition[1], row);
        return value === null ? null : (condition[2] as Value[]).includes(value);
      }
      case "has":
      case "has_all": {
        const value = this.value(condition[1], row);
        if (!Array.isArray(value)) return null;
        const wanted = condition[2];
        return condition[0] === "has"
          ? wanted.some((id) => value.includes(id))
          : wanted.every((id) => value.includes(id));
      }
      case "number": {
        const value = this.value(condition[1], row);
        return typeof value === "number"
          ? between(condition[2], [value, value], [condition[3], condition[3]])
          : null;
      }
      case "date": {
        const days = this.#days(condition[1], row);
        return days && between(condition[2], days, [condition[3], condition[3]]);
      }
      case "dates": {
        const [, path, compare, other, amount, unit] = condition;
        const [days, others] = [this.#days(path, row), this.#days(other, row)];
        if (!days || !others) return null;
        return between(compare, days, [moved(others[0], amount, unit), moved(others[1], amount, unit)]);
      }
      case "age": {
        const [, birth, on, basis, compare, years] = condition;
        const [born, day] = [this.#days(birth, row), this.#days(on, row)];
        if (!born || !day) return null;
        return between(compare, [age(born[1], day[0], basis), age(born[0], day[1], basis)], [years, years]);
      }
    }
  }

  #days(path: string, row: number): Span | null {
    const value = this.value(path, row);
    return typeof value === "string" ? span(value) : null;
  }

  get #rows(): number[] {
    return this.#answers.members.map((_, row) => row);
  }

  get #closed(): boolean {
    return this.#answers.household === "complete";
  }

  #every(body: Condition): Tri {
    let every: Tri = true;
    for (const row of this.#rows) {
      const truth = this.truth(body, row);
      if (truth === false) return false;
      if (truth === null) every = null;
    }
    return !this.#closed && this.truth(body, GHOST) !== true ? null : every;
  }

  #count(body: Condition, compare: Compare, number: number): Tri {
    let [yes, maybe] = [0, 0];
    for (const row of this.#rows) {
      const truth = this.truth(body, row);
      if (truth !== false) maybe += 1;
      if (truth === true) yes += 1;
    }
    if (!this.#closed && this.truth(body, GHOST) !== false) maybe = Number.POSITIVE_INFINITY;
    return between(compare, [yes, maybe], [number, number]);
  }

  /** The questions to show, in the author's order: what is open, and what was answered and still stands. */
  items(): Item[] {
    const wanted = new Set<string>();
    for (const procedure of this.#procedures) {
      const rows = procedure.each ? this.#rows : [0];
      if (procedure.each && !this.#closed) rows.push(GHOST);
      for (const row of rows) {
        const truth = this.truth(procedure.when, row);
        if (truth === null) this.#open(procedure.when, row, wanted);
        if (truth !== false) this.#details(procedure, row, wanted);
      }
    }
    const items: Item[] = [];
    for (const question of this.#questions.values()) {
      if (!question.fact.startsWith(MEMBER)) {
        const answered =
          question.fact === "household"
            ? this.#answers.household !== "unasked"
            : this.said(question.fact, 0) !== undefined;
        const stands = answered && this.gate(question, 0) !== false;
        if (stands || wanted.has(question.fact)) items.push({ question, path: question.fact, member: null });
        continue;
      }
      for (const row of this.#rows) {
        const path = memberPath(row, question.fact.slice(MEMBER.length));
        const stands = this.said(question.fact, row) !== undefined && this.gate(question, row) !== false;
        if (stands || wanted.has(path)) items.push({ question, path, member: row });
      }
    }
    const order = new Map(this.#pack.screens.map(({ id, order }) => [id, order]));
    const place = (item: Item) => order.get(item.question.screen) ?? 0;
    return items.sort(
      (a, b) =>
        place(a) - place(b) || a.question.order - b.question.order || (a.member ?? 0) - (b.member ?? 0),
    );
  }

  #details({ details }: Procedure, row: number, wanted: Set<string>) {
    for (const path of details) {
      const question = this.#questions.get(path);
      if (question && this.said(path, row) === undefined && this.gate(question, row) !== false)
        this.#ask(path, row, wanted);
    }
  }

  #ask(path: string, row: number, wanted: Set<string>) {
    if (!path.startsWith(MEMBER)) wanted.add(path);
    else if (row === GHOST) this.#askHousehold(wanted);
    else wanted.add(memberPath(row, path.slice(MEMBER.length)));
  }

  #askHousehold(wanted: Set<string>) {
    if (this.#answers.household === "unasked") wanted.add("household");
  }

  /** The unasked facts that can still change a condition. */
  #open(condition: Condition, row: number, wanted: Set<string>): void {
    if (typeof condition === "boolean" || this.truth(condition, row) !== null) return;
    switch (condition[0]) {
      case "and":
      case "or":
        for (const branch of condition.slice(1)) this.#open(branch as Condition, row, wanted);
        break;
      case "not":
        this.#open(condition[1], row, wanted);
        break;
      case "@":
        this.#open(this.#pack.conditions[condition[1]] ?? false, row, wanted);
        break;
      case "every":
      case "count":
        for (const member of this.#rows) this.#open(condition[1], member, wanted);
        if (!this.#closed) {
          this.#askHousehold(wanted);
          this.#open(condition[1], GHOST, wanted);
        }
        break;
      case "dates":
        this.#fact(condition[1], row, wanted);
        this.#fact(condition[3], row, wanted);
        break;
      case "age":
        this.#fact(condition[1], row, wanted);
        this.#fact(condition[2], row, wanted);
        break;
      default:
        this.#fact(condition[1], row, wanted);
    }
  }

  #fact(path: string, row: number, wanted: Set<string>): void {
    const derived = this.#pack.facts[path]?.derived;
    if (derived !== undefined) {
      this.#open(derived, row, wanted);
      return;
    }
    const value = this.value(path, row);
    if (value !== null && !(typeof value === "string" && value.includes("XX"))) return;
    const question = this.#questions.get(path);
    if (!question || this.said(path, row) !== undefined) return;
    if (question.if !== undefined && this.gate(question, row) === null) {
      // The gate first; once it was asked in vain, the question itself.
      const gate = new Set<string>();
      this.#open(question.if, row, gate);
      if (gate.size > 0) {
        for (const open of gate) wanted.add(open);
        return;
      }
    }
    this.#ask(path, row, wanted);
  }
}

/** Compares what lies between two bounds with what lies between two others. */
function between<T extends string | number>(compare: Compare, [low, high]: [T, T], [from, to]: [T, T]): Tri {
  const [always, possible] = {
    "<": [high < from, low < to],
    "<=": [high <= from, low <= to],
    ">=": [low >= to, high >= from],
    ">": [low > to, high > from],
    "=": [low === high && from === to && low === from, low <= to && from <= high],
  }[compare] as [boolean, boolean];
  return always ? true : possible ? null : false;
}
