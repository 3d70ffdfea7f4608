const words = typeof Intl.Segmenter === "function" ? new Intl.Segmenter("ja", { granularity: "word" }) : null;

/** What a word must end with, and the next begin with, for a line to be broken between them without jarring. */
const ENDS = /[\p{Script=Hiragana}ー、。」）』・：！？!?]$/u;
const BEGINS = /^[\p{Script=Han}\p{Script=Katakana}\p{Script=Latin}\p{N}「（『]/u;
/** Polite beginnings belong to what follows. */
const PREFIX = /^[おご御]$/u;

/** The parts of a Japanese sentence (文節, as near as words and their letters tell) that a line should keep together. */
export function phrases(text: string): string[] {
  if (!words) return [text];
  const parts: string[] = [];
  let before = "";
  for (const { segment } of words.segment(text)) {
    const apart = ENDS.test(before) && BEGINS.test(segment) && !PREFIX.test(before);
    if (parts.length === 0 || apart) parts.push(segment);
    else parts[parts.length - 1] += segment;
    before = segment;
  }
  return parts;
}
