/** The document of PRE-ENTRY.md, section 4. */

import { moved, today } from "./days";
import { type Answers, Interview } from "./interview";
import type { Language, LifeEvent, Pack, Value } from "./questions";

/** What is written for a life event: answers whose gate closed again are left out. */
export function document(
  pack: Pack,
  event: LifeEvent,
  answers: Answers,
  language: Language,
  made = today(),
): string {
  const interview = new Interview(pack, event.id, answers, made);
  const gated = new Map(
    pack.questions
      .filter(({ events }) => events.includes(event.id))
      .map((question) => [question.fact, question]),
  );
  const stands = (path: string, row: number) => {
    const question = gated.get(path);
    return question
      ? interview.gate(question, row) !== false
      : event.about.includes(path) || path === "household.name";
  };
  const facts: Record<string, Value | Record<string, Value>[]> = {};
  const unknown: string[] = [];
  for (const [path, value] of Object.entries(answers.facts)) {
    if (!stands(path, 0)) continue;
    if (value === null) unknown.push(path);
    else if (value !== "") facts[path] = value;
  }
  if (answers.household !== "unasked") {
    if (answers.household === "unknown") unknown.push("household");
    facts.household = answers.members.map((member, row) => {
      const said: Record<string, Value> = {};
      for (const [attribute, value] of Object.entries(member)) {
        if (!stands(`household.${attribute}`, row)) continue;
        if (value === null) unknown.push(`household[${row}].${attribute}`);
        else if (value !== "") said[attribute] = value;
      }
      return said;
    });
  }
  return JSON.stringify({
    pack: pack.pack,
    pack_version: pack.version,
    made,
    until: lastDay(pack, made),
    lang: language,
    event: event.id,
    facts,
    unknown,
  });
}

export const lastDay = (pack: Pack, made = today()) => moved(made, pack.days, "days");

/**
 * Whether a text holds what looks like a 個人番号: twelve digits, however wide or grouped, with its check digit. The law
 * lets no pre-entry carry one, so the page refuses it (and the counter leaves it out).
 */
export function holdsMyNumber(text: string): boolean {
  const narrow = text.normalize("NFKC").replaceAll(/[\s\-‐‑‒–—―−ー─━]/g, "");
  return (narrow.match(/\d+/g) ?? []).some((row) => {
    if (row.length !== 12) return false;
    let sum = 0;
    for (let n = 1; n <= 11; n += 1) sum += Number(row[11 - n]) * (n <= 6 ? n + 1 : n - 5);
    const rest = sum % 11;
    return Number(row[11]) === (rest <= 1 ? 0 : 11 - rest);
  });
}
