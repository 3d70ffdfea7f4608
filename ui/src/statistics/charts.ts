// What the charts share: scales, words for numbers, and a chart as a picture.

/** One bar. */
export interface Bar {
  label: string;
  value: number;
  /** So few cases that nothing is shown. */
  hidden?: boolean;
}

/** One bar of parts. */
export interface Parts {
  label: string;
  values: number[];
  hidden?: boolean;
}

/** 「1,234」「12.5」 */
export function said(value: number): string {
  return value.toLocaleString("ja-JP", { maximumFractionDigits: 1 });
}

/** 「10.0」: under one another, points stand under points. */
export function tenth(value: number): string {
  return value.toFixed(1);
}

/** The round number the scale ends with, and its steps: never more than five lines. */
export function scale(most: number): { top: number; lines: number[] } {
  if (most <= 0) return { top: 1, lines: [0, 1] };
  const rough = most / 4;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * ten).find((n) => n >= rough) ?? 10 * ten;
  const count = Math.ceil(most / step - 1e-9);
  const lines = Array.from({ length: count + 1 }, (_, at) => Math.round(at * step * 1e6) / 1e6);
  return { top: lines[count] ?? most, lines };
}

/** Which labels of a crowded axis are written, so that none touches the next. */
export function every(count: number, room: number): number {
  return Math.max(1, Math.ceil(count / Math.max(1, room)));
}

const LOOKS = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "dominant-baseline",
];

/** A chart as the bytes of a PNG, twice as fine as a screen, on the paper's colour. */
export async function png(svg: SVGSVGElement): Promise<number[]> {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const from = [svg, ...svg.querySelectorAll("*")];
  const to = [copy, ...copy.querySelectorAll("*")];
  // A picture has no style sheet: what it looks like is written on each part.
  from.forEach((part, at) => {
    const style = getComputedStyle(part);
    for (const look of LOOKS) to[at]?.setAttribute(look, style.getPropertyValue(look));
  });
  const { width, height } = svg.viewBox.baseVal;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", `${width * 2}`);
  copy.setAttribute("height", `${height * 2}`);
  const text = new XMLSerializer().serializeToString(copy);
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * 2;
  canvas.height = height * 2;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.fillStyle = getComputedStyle(svg).getPropertyValue("--surface") || "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!blob) throw new Error("no picture");
  return [...new Uint8Array(await blob.arrayBuffer())];
}
