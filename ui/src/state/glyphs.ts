/** Variation selectors: they choose one of several shapes of the glyph before them (葛󠄀). */
const SELECTOR = /[\u{FE00}-\u{FE0F}\u{E0100}-\u{E01EF}]/u;

export interface Piece {
  text: string;
  /** A glyph whose exact shape the screen's fonts may lack. */
  variant: boolean;
}

/** Cuts a text into runs of plain glyphs and single glyphs with a selector. */
export function pieces(text: string): Piece[] {
  const cut: Piece[] = [];
  const letters = [...text];
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? "";
    const next = letters[at + 1];
    if (next !== undefined && SELECTOR.test(next)) {
      cut.push({ text: letter + next, variant: true });
      at++;
      continue;
    }
    const last = cut.at(-1);
    if (last && !last.variant) last.text += letter;
    else cut.push({ text: letter, variant: false });
  }
  return cut;
}

/** The glyph without the choice of its shape. */
export const base = (glyph: string): string => [...glyph][0] ?? "";

let pen: CanvasRenderingContext2D | null = null;
const drawn = new Map<string, boolean>();

/**
 * Whether the fonts of this screen draw the glyph in its own shape. A web view that has no such shape draws the glyph
 * and an empty box after it: the pair is then wider than the glyph.
 */
export function isDrawn(glyph: string): boolean {
  const known = drawn.get(glyph);
  if (known !== undefined) return known;
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen) return false;
  pen.font = `32px ${getComputedStyle(document.documentElement).fontFamily}`;
  const alone = pen.measureText(base(glyph)).width;
  const pair = pen.measureText(glyph).width;
  const fits = pair > 0 && pair < alone * 1.2;
  drawn.set(glyph, fits);
  return fits;
}
