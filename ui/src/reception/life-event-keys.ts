/** The keys of the first ten life events, in the order of the number row. */
export const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];
