import type { Pack } from "../src/questions";

/** A city small enough to see through: gates, a household, ages, a derived fact. */
export const SMALL: Pack = {
  format: 1,
  pack: "small",
  version: 3,
  city: "みなと野市",
  key: "madoka-pre-entry-public-1:WrUl4TxM1AtSzT75oTT0f9vNdFCDBKIh8jb9fX2LYhg=",
  on: "2026-11-01",
  days: 30,
  languages: ["ja", "easy", "en"],
  persons: { visitor: "来庁した方", deceased: "亡くなった方" },
  events: [
    {
      id: "death",
      name: { ja: "おくやみ", en: "Bereavement" },
      hint: null,
      order: 1,
      about: ["visitor.name", "deceased.name"],
    },
  ],
  screens: [
    { id: "basic", title: { ja: "基本" }, order: 10 },
    { id: "family", title: { ja: "家族" }, order: 20 },
  ],
  questions: [
    {
      fact: "deceased.birth_date",
      events: ["death"],
      screen: "basic",
      order: 1,
      ask: { ja: "生年月日は。" },
    },
    { fact: "deceased.insurance", events: ["death"], screen: "basic", order: 2, ask: { ja: "健康保険は。" } },
    {
      fact: "deceased.card",
      events: ["death"],
      screen: "basic",
      order: 3,
      ask: { ja: "資格確認書はありますか。" },
      if: ["is", "deceased.insurance", ["kokuho", "koki"]],
      skipped: false,
    },
    { fact: "household", events: ["death"], screen: "family", order: 1, ask: { ja: "残る方は。" } },
    {
      fact: "household.birth_date",
      events: ["death"],
      screen: "family",
      order: 2,
      ask: { ja: "生年月日は。" },
    },
    {
      fact: "household.school",
      events: ["death"],
      screen: "family",
      order: 3,
      ask: { ja: "学校は。" },
      if: ["@", "is_child"],
      skipped: "none",
    },
  ],
  facts: {
    "deceased.birth_date": { kind: "date" },
    "deceased.insurance": {
      kind: "choice",
      choices: [
        { id: "kokuho", label: { ja: "国保" } },
        { id: "koki", label: { ja: "後期" } },
        { id: "company", label: { ja: "会社" } },
      ],
    },
    "deceased.card": { kind: "bool" },
    "deceased.over_65": {
      kind: "bool",
      derived: ["age", "deceased.birth_date", "case.visit_date", "birthday", ">=", 65],
    },
    household: { kind: "household" },
    "household.birth_date": { kind: "date" },
    "household.school": {
      kind: "choice",
      choices: [
        { id: "none", label: { ja: "なし" } },
        { id: "junior", label: { ja: "中学" } },
      ],
    },
    "household.name": { kind: "text" },
  },
  conditions: { is_child: ["age", "household.birth_date", "case.visit_date", "birthday", "<", 18] },
  procedures: [
    {
      events: ["death"],
      each: false,
      when: ["and", ["is", "deceased.over_65", [true]], ["is", "deceased.card", [true]]],
      details: [],
    },
    { events: ["death"], each: true, when: ["is", "household.school", ["junior"]], details: [] },
    { events: ["move"], each: false, when: ["is", "case.dog", [true]], details: [] },
  ],
};
