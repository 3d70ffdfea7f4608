/** What the page asks: written by `page_questions` of the crate `qr` from a city's procedure pack (format 1). */

export type Language = "ja" | "easy" | "en";
export type Text = { ja: string } & Partial<Record<string, string>>;

/** A value as `madokactl judge --facts` writes it. */
export type Value = boolean | string | number | string[];

export type Compare = "<" | "<=" | "=" | ">=" | ">";
export type Basis = "day_before_birthday" | "birthday" | "fiscal_year_end";
export type Unit = "days" | "months" | "years";

/** A condition as nested lists; `household.x` in a test is the member the condition is about. */
export type Condition =
  | boolean
  | ["and" | "or", ...Condition[]]
  | ["not", Condition]
  | ["@", string]
  | ["every", Condition]
  | ["count", Condition, Compare, number]
  | ["is", string, (boolean | string | number)[]]
  | ["has" | "has_all", string, string[]]
  | ["number", string, Compare, number]
  | ["date", string, Compare, string]
  | ["dates", string, Compare, string, number, Unit]
  | ["age", string, string, Basis, Compare, number];

export interface Choice {
  id: string;
  label: Text;
  alone?: boolean;
}

export interface Fact {
  kind: "bool" | "choice" | "choices" | "number" | "date" | "text" | "household";
  label?: Text;
  choices?: Choice[];
  min?: number;
  max?: number;
  unit?: string;
  derived?: Condition;
}

export interface Question {
  fact: string;
  events: string[];
  screen: string;
  order: number;
  ask: Text;
  help?: Text;
  if?: Condition;
  skipped?: Value;
  unknown?: false;
  delicate?: true;
}

export interface LifeEvent {
  id: string;
  name: Text;
  hint: Text | null;
  order: number;
  /** Text facts of persons that paper asks for and no question does. */
  about: string[];
}

export interface Procedure {
  events: string[];
  /** Judged for each member. */
  each: boolean;
  when: Condition;
  /** Facts that date its deadline or are printed on its papers. */
  details: string[];
}

export interface Pack {
  format: 1;
  pack: string;
  version: number;
  city: string;
  key: string;
  on: string;
  days: number;
  languages: string[];
  persons: Record<string, string>;
  events: LifeEvent[];
  screens: { id: string; title: Text; order: number }[];
  questions: Question[];
  facts: Record<string, Fact>;
  conditions: Record<string, Condition>;
  procedures: Procedure[];
}

/** The text in a language, or in Japanese where that is missing. */
export const say = (text: Text, language: Language): string => text[language] ?? text.ja;
