/** The keys of the life events: the number row, on Japanese and American keyboards. */
const ROW: readonly (readonly string[])[] = [
  ["1"],
  ["2"],
  ["3"],
  ["4"],
  ["5"],
  ["6"],
  ["7"],
  ["8"],
  ["9"],
  ["0"],
  ["-", "ー"],
  ["^", "="],
];

/** What stands on the keys. */
export const KEYS = ROW.map(([first]) => first);
export const ALL_KEYS = ROW.flat();
/** Which life event a key begins. */
export const eventOf = (key: string) => ROW.findIndex((keys) => keys.includes(key));
