import type { FormPage } from "../../backend";

/** x, y, width, height in millimetres from the paper's top left corner. */
export type At = [number, number, number, number];

/** Which edges follow the pointer. */
export interface Grip {
  left: boolean;
  top: boolean;
  right: boolean;
  bottom: boolean;
}

/** So near a ruled line, an edge jumps to it. */
export const NEAR = 1.2;
/** A value keeps this much from the line around it. */
const INSIDE = 0.3;
/** Nobody writes into less. */
export const SMALLEST = 1;

export const round = (mm: number) => Math.round(mm * 100) / 100;
export const rounded = (at: At): At => [round(at[0]), round(at[1]), round(at[2]), round(at[3])];
export const mm = (value: number) => round(value).toFixed(1);

/** The nearest ruled line to a place along one direction that is there at `along`. */
function nearest(
  lines: [number, number, number][],
  at: number,
  along: number,
  within: number,
): number | null {
  let best: number | null = null;
  for (const [line, from, to] of lines) {
    if (along < from - 0.5 || along > to + 0.5) continue;
    if (Math.abs(line - at) <= within && (best === null || Math.abs(line - at) < Math.abs(best - at)))
      best = line;
  }
  return best;
}

/** Moved as a whole: the edge nearest to a ruled line takes it. */
export function snapMoved(at: At, page: FormPage, within = NEAR): At {
  const [x, y, w, h] = at;
  const shift = (low: number, high: number, lines: [number, number, number][], along: number) => {
    const by = [low, high]
      .map((edge) => ({ edge, line: nearest(lines, edge, along, within) }))
      .filter((one) => one.line !== null)
      .map(({ edge, line }) => (line as number) - edge)
      .sort((one, other) => Math.abs(one) - Math.abs(other));
    return by[0] ?? 0;
  };
  return rounded([
    x + shift(x, x + w, page.upright, y + h / 2),
    y + shift(y, y + h, page.level, x + w / 2),
    w,
    h,
  ]);
}

/** Resized by some edges: those that were gripped take a line that is near. */
export function snapResized(at: At, grip: Grip, page: FormPage, within = NEAR): At {
  let [left, top] = at;
  let [right, bottom] = [at[0] + at[2], at[1] + at[3]];
  const [cx, cy] = [(left + right) / 2, (top + bottom) / 2];
  if (grip.left) left = nearest(page.upright, left, cy, within) ?? left;
  if (grip.right) right = nearest(page.upright, right, cy, within) ?? right;
  if (grip.top) top = nearest(page.level, top, cx, within) ?? top;
  if (grip.bottom) bottom = nearest(page.level, bottom, cx, within) ?? bottom;
  return rounded([left, top, Math.max(SMALLEST, right - left), Math.max(SMALLEST, bottom - top)]);
}

/** 罫線に合わせる: the cell around the middle of a place, if lines close it on four sides. */
export function cell(at: At, page: FormPage): At | null {
  const [cx, cy] = [at[0] + at[2] / 2, at[1] + at[3] / 2];
  const around = (lines: [number, number, number][], middle: number, along: number) => {
    let low: number | null = null;
    let high: number | null = null;
    for (const [line, from, to] of lines) {
      if (along < from - 0.5 || along > to + 0.5) continue;
      if (line <= middle && (low === null || line > low)) low = line;
      if (line > middle && (high === null || line < high)) high = line;
    }
    return low === null || high === null ? null : ([low, high] as const);
  };
  const across = around(page.upright, cx, cy);
  const down = around(page.level, cy, cx);
  if (!across || !down) return null;
  const [left, right] = across;
  const [top, bottom] = down;
  if (right - left < 2 || bottom - top < 2) return null;
  return rounded([left + INSIDE, top + INSIDE, right - left - 2 * INSIDE, bottom - top - 2 * INSIDE]);
}

/** Dragged by so much: moved as a whole, or resized by the gripped edges. */
export function dragged(from: At, grip: Grip | null, dx: number, dy: number): At {
  if (!grip) return rounded([Math.max(0, from[0] + dx), Math.max(0, from[1] + dy), from[2], from[3]]);
  let [left, top] = from;
  let [right, bottom] = [from[0] + from[2], from[1] + from[3]];
  if (grip.left) left = Math.min(left + dx, right - SMALLEST);
  if (grip.right) right = Math.max(right + dx, left + SMALLEST);
  if (grip.top) top = Math.min(top + dy, bottom - SMALLEST);
  if (grip.bottom) bottom = Math.max(bottom + dy, top + SMALLEST);
  return rounded([Math.max(0, left), Math.max(0, top), right - left, bottom - top]);
}

/** Keys that move (half a millimetre; five with Ctrl) or resize (with Shift) a field. */
export function nudge(
  event: Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey">,
): { resize: boolean; x: number; y: number } | null {
  const by = event.ctrlKey ? 5 : 0.5;
  const ways: Record<string, [number, number]> = {
    ArrowLeft: [-by, 0],
    ArrowRight: [by, 0],
    ArrowUp: [0, -by],
    ArrowDown: [0, by],
  };
  const way = ways[event.key];
  return way ? { resize: event.shiftKey, x: way[0], y: way[1] } : null;
}
