/** Between two letters of a scanner pass a few milliseconds; no fingers are that fast for twelve letters. */
const GAP_MS = 45;
/** Shorter than any code of ours. */
const SHORTEST = 12;

/**
 * Tells a code typed by a scanner from keys pressed by a person, wherever the focus is.
 *
 * Give it every `keydown` first. Letters pass on as they come, for nobody knows yet; the Enter that ends a code is
 * taken away, and `scanned` gets the whole code.
 */
export function scanner(scanned: (code: string) => void, now: () => number = () => performance.now()) {
  let code = "";
  let last = Number.NEGATIVE_INFINITY;
  return (event: KeyboardEvent) => {
    const at = now();
    const quick = at - last <= GAP_MS;
    if (event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey) {
      code = quick ? code + event.key : event.key;
      last = at;
    } else if (event.key === "Enter") {
      const whole = quick && code.length >= SHORTEST ? code : null;
      code = "";
      if (whole === null) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      scanned(whole);
    }
  };
}
