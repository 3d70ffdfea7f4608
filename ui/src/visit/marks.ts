import type { MarkGiven } from "../backend";

/** 手続の扱い, with the key that gives it to the row in focus. */
export const MARKS: readonly {
  id: MarkGiven["mark"];
  name: string;
  key: string;
  /** Why must be said: it is evidence. */
  reason: boolean;
}[] = [
  { id: "done", name: "済", key: "1", reason: false },
  { id: "later", name: "後で", key: "2", reason: false },
  { id: "other_office", name: "他課へ", key: "3", reason: false },
  { id: "declined", name: "辞退", key: "4", reason: true },
  { id: "not_applicable", name: "該当なし", key: "5", reason: true },
];

/** Reasons that are said most, for one press. */
export const REASONS: Record<"declined" | "not_applicable", readonly string[]> = {
  declined: ["本人が希望しない", "自分で後日オンラインで行う", "ほかで済ませている"],
  not_applicable: ["台帳で該当しないことを確かめた", "本人の申し出で該当しない", "すでに手続が済んでいる"],
};
