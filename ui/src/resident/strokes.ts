// 署名: where the pen was, in hundredths of a millimetre on the pad and milliseconds since its first touch.

export type Point = [x: number, y: number, at: number];
export type Stroke = Point[];

/** The most that is kept; far beyond any signature. */
const MOST_STROKES = 200;
const MOST_POINTS = 6000;
/** Closer points say nothing about a line of half a millimetre. */
const CLOSEST = 8;

const HUNDREDTHS = 100;

/** What a pen writes on a pad of this size in millimetres. */
export class Writing {
  readonly width: number;
  readonly height: number;
  strokes: Stroke[] = [];
  #started: number | null = null;
  #last = 0;

  constructor(width: number, height: number) {
    this.width = width * HUNDREDTHS;
    this.height = height * HUNDREDTHS;
  }

  get points(): number {
    return this.strokes.reduce((sum, stroke) => sum + stroke.length, 0);
  }

  /** Something a person would call written: a single dot is a slip of the finger. */
  get written(): boolean {
    return this.points > 1;
  }

  /** The pen comes down. `x` and `y` are parts of the pad's width and height, from 0 to 1. */
  down(x: number, y: number, now: number): void {
    if (this.strokes.length >= MOST_STROKES || this.points >= MOST_POINTS) return;
    this.#started ??= now;
    this.strokes.push([this.#at(x, y, now)]);
  }

  /** It moves on, or was lifted outside: what is off the pad stays on its edge. */
  move(x: number, y: number, now: number): void {
    const stroke = this.strokes.at(-1);
    const last = stroke?.at(-1);
    if (!stroke || !last || this.points >= MOST_POINTS) return;
    const point = this.#at(x, y, now);
    if (Math.hypot(point[0] - last[0], point[1] - last[1]) >= CLOSEST) stroke.push(point);
  }

  undo(): void {
    this.strokes.pop();
  }

  clear(): void {
    this.strokes = [];
    this.#started = null;
    this.#last = 0;
  }

  #at(x: number, y: number, now: number): Point {
    const inside = (part: number, whole: number) => Math.round(Math.min(1, Math.max(0, part)) * whole);
    // A clock that jumps back does not turn the order of strokes round.
    this.#last = Math.max(this.#last, Math.round(now - (this.#started ?? now)));
    return [inside(x, this.width), inside(y, this.height), this.#last];
  }
}

/** A stroke as the path of a drawing; a dot is a line of no length with a round end. */
export function path(stroke: Stroke): string {
  const [first, ...rest] = stroke;
  if (!first) return "";
  const start = `M${first[0]} ${first[1]}`;
  return rest.length === 0 ? `${start}h0` : start + rest.map(([x, y]) => `L${x} ${y}`).join("");
}
