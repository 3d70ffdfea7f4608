/** Puts numbers into a sentence: `あと{n}回` with `{ n: 2 }` is 「あと2回」. */
export function say(sentence: string, numbers: Record<string, number>): string {
  return sentence.replace(/\{(\w+)\}/g, (gap, name: string) => String(numbers[name] ?? gap));
}
