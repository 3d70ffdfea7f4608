// Where a resident is on the way through a visit, and a stop-watch's words.

export const PLACES = [
  "家・移動",
  "案内板・総合案内",
  "番号札・待ち",
  "記載台",
  "窓口",
  "呼び出し待ち",
  "別の課へ移動",
  "別の課の窓口",
  "会計",
  "帰り",
] as const;

/** 「3:05」「1:02:07」 */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number: number) => String(number).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
