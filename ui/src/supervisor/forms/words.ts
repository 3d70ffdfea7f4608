import type { FactType, FormField } from "../../backend";

/** A word of `form.toml` as people call it. */
export type Named = [id: string, name: string];

export const KINDS: Named[] = [
  ["text", "文字"],
  ["furigana", "ふりがな"],
  ["comb", "一字一枡"],
  ["date", "日付"],
  ["choice", "選択肢に印"],
  ["mark", "当てはまれば印"],
  ["number", "数"],
  ["rows", "表（くり返す行）"],
  ["signature", "署名・押印"],
  ["qr", "QRコード"],
];

const WIDTHS: Named[] = [
  ["full", "全角"],
  ["half", "半角"],
  ["digits", "数字だけ"],
];

/** 書き方, by what is written. */
export const FORMATS: Record<FactType, Named[]> = {
  date: [
    ["era", "令和8年11月2日"],
    ["era_short", "R8.11.2"],
    ["western", "2026年11月2日"],
    ["slash", "2026/11/02"],
    ["era_name", "元号だけ"],
    ["era_year", "和暦の年だけ"],
    ["month", "月だけ"],
    ["day", "日だけ"],
    ["age", "来庁日の年齢"],
    ["age_at_death", "死亡日の年齢"],
  ],
  text: [
    ["family", "姓だけ"],
    ["given", "名だけ"],
    ["no_space", "間を空けない"],
    ["hiragana", "ひらがな"],
    ["katakana", "カタカナ"],
    ["half_kana", "半角カナ"],
    ["no_prefecture", "都道府県を除く"],
    ["prefecture", "都道府県だけ"],
    ["municipality", "市区町村だけ"],
    ["rest", "町名から後"],
    ["town", "町名・番地"],
    ["building", "建物・部屋"],
    ["part1", "一つ目の部分（郵便番号・電話）"],
    ["part2", "二つ目の部分"],
    ["part3", "三つ目の部分"],
    ["kanji_digits", "漢数字"],
    ...WIDTHS,
  ],
  number: [["commas", "12,000"], ["kanji", "十二"], ...WIDTHS],
  bool: [
    ["yes_no", "はい・いいえ"],
    ["have", "有・無"],
    ["circle", "○だけ"],
  ],
  choice: [["label", "選択肢の言葉"]],
  choices: [["label", "選択肢の言葉"]],
};

export const FITS: Named[] = [
  ["shrink", "字を小さくする"],
  ["wrap", "折り返す"],
  ["two_lines", "二行まで"],
];
export const ALIGNS: Named[] = [
  ["left", "左"],
  ["center", "中央"],
  ["right", "右"],
  ["spread", "均等割付"],
];
export const FONTS: Named[] = [
  ["mincho", "明朝"],
  ["gothic", "ゴシック"],
];
export const MARKS: Named[] = [
  ["circle", "○で囲む"],
  ["check", "✓を付ける"],
  ["strike", "選ばれないものを消す"],
  ["fill", "塗りつぶす"],
];
export const ERAS: Named[] = [
  ["reiwa", "令和"],
  ["heisei", "平成"],
  ["showa", "昭和"],
  ["taisho", "大正"],
  ["meiji", "明治"],
];
export const WAYS: Named[] = [
  ["down", "下へ"],
  ["up", "上へ"],
  ["right", "右へ"],
  ["left", "左へ"],
];
export const SIGNERS: Named[] = [
  ["applicant", "届出人"],
  ["agent", "代理人"],
  ["heir", "相続人代表者"],
  ["mourner", "喪主"],
];
const PLACES: Record<string, string> = {
  at: "枠",
  year: "年",
  month: "月",
  day: "日",
  era: "元号",
  eras: "元号",
  boxes: "枡",
  options: "答え",
};

/** 「答え「はい」」「枡3」: a place of a field in words. */
export function placeName(field: FormField, place: string): string {
  const [key = "", rest] = place.split(".");
  const called = PLACES[key] ?? key;
  if (rest === undefined) return called;
  if (key === "options") return `答え「${field.answers.find((one) => one.id === rest)?.name ?? rest}」`;
  if (key === "boxes") return `枡${Number(rest) + 1}`;
  if (key === "eras") return ERAS.find(([id]) => id === rest)?.[1] ?? rest;
  return `${called} ${rest}`;
}
