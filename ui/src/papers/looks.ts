import type { LookKind } from "../backend";

/** 見る所: what each kind is called and looks like, wherever it is listed. */
export const LOOKS: Record<LookKind, { name: string; look: string }> = {
  confirm: { name: "要確認", look: "border-bad text-bad" },
  missing: { name: "空欄", look: "border-caution text-caution" },
  glyph: { name: "字なし", look: "border-bad text-bad" },
  too_long: { name: "はみ出し", look: "border-caution text-caution" },
  signature: { name: "署名", look: "border-bad text-bad" },
  by_hand: { name: "手書き", look: "border-line-strong text-ink-soft" },
};
