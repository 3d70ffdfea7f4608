import type { SourceMark } from "../backend";

/** Where a value came from, in a word that fits beside it. */
export const SOURCES: Record<SourceMark, string> = {
  chip: "チップ",
  staff: "職員",
  register: "台帳",
  booking: "予約",
  qr: "二次元コード",
  resident: "本人",
  ocr: "画像",
  derived: "計算",
};
