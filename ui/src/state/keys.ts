/** One thing the keyboard does, as the help sheet lists it and the window carries it out. */
export interface Key {
  /** As printed on the keys: `F1`, `Alt+1`, `/`, `1`–`9`. */
  cap: string;
  does: string;
  /** Where it works; the help sheet groups by it. */
  where: "どこでも" | "受付" | "予約" | "案件" | "照会" | "手続の編集" | "統計" | "端末・職員・監査";
  matches(event: KeyboardEvent): boolean;
  run(event: KeyboardEvent): void;
}

/** A key pressed while writing belongs to the text, unless it cannot be part of one. */
function writing(event: KeyboardEvent): boolean {
  const target = event.target;
  if (event.isComposing) return true;
  if (!(target instanceof HTMLElement)) return false;
  return target.matches("input, textarea, select, [contenteditable]");
}

const modified = (event: KeyboardEvent) => event.ctrlKey || event.altKey || event.metaKey;

/** Function keys and Alt/Ctrl chords: work even while writing. */
export function chord(key: string, modifier: "alt" | "ctrl" | null = null) {
  return (event: KeyboardEvent) =>
    event.key === key &&
    event.altKey === (modifier === "alt") &&
    event.ctrlKey === (modifier === "ctrl") &&
    !event.metaKey;
}

/** Plain characters: work only while nothing is being written. */
export function plain(...keys: string[]) {
  return (event: KeyboardEvent) => keys.includes(event.key) && !modified(event) && !writing(event);
}

/** Carries out the first key that matches. While a dialog is open only the dialog's own keys work. */
export function press(keys: readonly Key[], event: KeyboardEvent): void {
  if (document.querySelector("dialog[open]")) return;
  const key = keys.find((candidate) => candidate.matches(event));
  if (!key) return;
  event.preventDefault();
  key.run(event);
}
