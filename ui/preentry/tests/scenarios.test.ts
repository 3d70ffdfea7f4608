import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Interview, memberPath, noAnswers } from "../src/interview";
import type { Pack, Value } from "../src/questions";

interface Person {
  facts: Record<string, Value | Record<string, Value>[]>;
  unknown?: string[];
}

/** Written by `tests/preentry/planner.rs`, which judges what is asked here with the counter's own engine. */
const [people, asked] = [process.env.MADOKA_PEOPLE, process.env.MADOKA_ASKED];

it.runIf(people && asked)(
  "場面テストの人に、一問ずつ聞く",
  () => {
    const { packs, scenarios } = JSON.parse(readFileSync(String(people), "utf8")) as {
      packs: Record<string, Pack>;
      scenarios: { id: string; event: string; on: string; person: Person }[];
    };
    const answered: Record<string, string[]> = {};
    for (const { id, event, on, person } of scenarios) {
      const answers = noAnswers();
      const done = new Set<string>();
      const unknown = new Set(person.unknown);
      const members = (person.facts.household ?? []) as Record<string, Value>[];
      for (;;) {
        const open = new Interview(packs[on] as Pack, event, answers, on)
          .items()
          .find(({ path }) => !done.has(path));
        if (!open) break;
        done.add(open.path);
        const attribute = open.question.fact.split(".").slice(1).join(".");
        if (open.path === "household") {
          answers.household = unknown.has("household")
            ? "unknown"
            : "household" in person.facts
              ? "complete"
              : "unasked";
          answers.members = members.map(() => ({}));
        } else if (open.member === null) {
          const value = unknown.has(open.path) ? null : person.facts[open.path];
          if (value !== undefined) answers.facts[open.path] = value as Value | null;
        } else {
          const value = unknown.has(memberPath(open.member, attribute))
            ? null
            : members[open.member]?.[attribute];
          const member = answers.members[open.member];
          if (value !== undefined && member) member[attribute] = value;
        }
      }
      answered[id] = [...done];
    }
    expect(Object.keys(answered).length).toBe(scenarios.length);
    writeFileSync(String(asked), JSON.stringify(answered));
  },
  280_000,
);
