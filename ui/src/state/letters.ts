// 文字盤: what a finger puts into a field where there is no keyboard. 五十音 and digits; kanji come from the card, from a picture
// or from a keyboard.

/** Columns from あ to わ, five letters each; an empty one is no key. */
export const KANA: readonly (readonly string[])[] = [
  ["あ", "い", "う", "え", "お"],
  ["か", "き", "く", "け", "こ"],
  ["さ", "し", "す", "せ", "そ"],
  ["た", "ち", "つ", "て", "と"],
  ["な", "に", "ぬ", "ね", "の"],
  ["は", "ひ", "ふ", "へ", "ほ"],
  ["ま", "み", "む", "め", "も"],
  ["や", "「", "ゆ", "」", "よ"],
  ["ら", "り", "る", "れ", "ろ"],
  ["わ", "を", "ん", "ー", "・"],
];

export const DIGITS: readonly string[] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "-", "0", "."];

/** Shapes of one letter, each turning into the next and the last into the first: か→が→か, は→ば→ぱ→は, つ→っ→づ→つ. */
const SHAPES = [..."かきくけこさしすせそたちてと"].map(
  (plain) => plain + String.fromCodePoint((plain.codePointAt(0) ?? 0) + 1),
);
const ROUNDS: readonly string[] = [
  ...SHAPES,
  "はばぱ",
  "ひびぴ",
  "ふぶぷ",
  "へべぺ",
  "ほぼぽ",
  "つっづ",
  "あぁ",
  "いぃ",
  "うぅゔ",
  "えぇ",
  "おぉ",
  "やゃ",
  "ゆゅ",
  "よょ",
  "わゎ",
];

const HIRAGANA = /[ぁ-ゖ]/gu;
const KATAKANA = /[ァ-ヶ]/gu;
const STEP = 0x60;
const move = (letter: string, by: number) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + by);

export const katakana = (text: string) => text.replace(HIRAGANA, (letter) => move(letter, STEP));
const hiragana = (text: string) => text.replace(KATAKANA, (letter) => move(letter, -STEP));

/** The last letter in its next shape (゛゜小); the same where it has only one. */
export function turned(text: string): string {
  const letters = [...text];
  const last = letters.pop();
  if (last === undefined) return text;
  const plain = hiragana(last);
  const round = [...(ROUNDS.find((one) => one.includes(plain)) ?? plain)];
  const next = round[(round.indexOf(plain) + 1) % round.length] ?? plain;
  return letters.join("") + (plain === last ? next : katakana(next));
}

/** Without the last letter a person sees. */
export function shortened(text: string): string {
  const letters = [...new Intl.Segmenter("ja", { granularity: "grapheme" }).segment(text)];
  return letters
    .slice(0, -1)
    .map(({ segment }) => segment)
    .join("");
}

/** Puts something in place of what stands before the caret, as typing would. */
export function rewrite(
  field: HTMLInputElement | HTMLTextAreaElement,
  change: (before: string) => string,
): void {
  // Fields for numbers and the like do not tell where the caret is.
  const start = field.selectionStart ?? field.value.length;
  const end = field.selectionEnd ?? field.value.length;
  const before = field.value.slice(0, start);
  const after = change(before);
  field.setRangeText(after, 0, end);
  field.setSelectionRange(after.length, after.length);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
