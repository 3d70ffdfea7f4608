import { expect, test } from "vitest";
import { every, said, scale } from "./charts";

test("目盛りはいつも五本までで_いちばん長い棒を収める", () => {
  for (const most of [0.3, 1, 3, 7, 9.9, 10, 42, 99, 100, 101, 250, 999, 12345]) {
    const { top, lines } = scale(most);
    expect(top).toBeGreaterThanOrEqual(most);
    expect(lines.length).toBeLessThanOrEqual(6);
    expect(lines[0]).toBe(0);
    expect(lines.at(-1)).toBe(top);
  }
  expect(scale(0)).toEqual({ top: 1, lines: [0, 1] });
});

test("混み合う軸は_間を空けて書く", () => {
  expect(every(5, 12)).toBe(1);
  expect(every(62, 12)).toBe(6);
});

test("数は三桁で区切り_小数は一桁まで", () => {
  expect(said(12345)).toBe("12,345");
  expect(said(12.34)).toBe("12.3");
});
