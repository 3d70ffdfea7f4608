import { describe, expect, it } from "vitest";
import { say } from "./say";
import { path, Writing } from "./strokes";

describe("署名の線", () => {
  it("書いた所を、枠の大きさの百分の一ミリで覚える", () => {
    const writing = new Writing(90, 30);
    writing.down(0, 0.5, 1000);
    writing.move(0.5, 0.5, 1020);
    writing.down(1, 1, 1500);
    expect(writing.strokes).toEqual([
      [
        [0, 1500, 0],
        [4500, 1500, 20],
      ],
      [[9000, 3000, 500]],
    ]);
    expect(writing.written).toBe(true);
  });

  it("枠の外に出た線は枠の縁にとどまり、時刻は戻らない", () => {
    const writing = new Writing(90, 30);
    writing.down(0.5, 0.5, 500);
    writing.move(2, -1, 400);
    expect(writing.strokes[0]).toEqual([
      [4500, 1500, 0],
      [9000, 0, 0],
    ]);
  });

  it("ほとんど動かない点は増やさず、点だけでは署名でない", () => {
    const writing = new Writing(90, 30);
    writing.down(0.5, 0.5, 0);
    writing.move(0.5001, 0.5, 10);
    expect(writing.points).toBe(1);
    expect(writing.written).toBe(false);
  });

  it("一画ずつ消せ、全部消せば初めから書ける", () => {
    const writing = new Writing(90, 30);
    writing.down(0, 0, 100);
    writing.move(1, 1, 120);
    writing.down(0, 1, 200);
    writing.undo();
    expect(writing.strokes.length).toBe(1);
    writing.clear();
    writing.down(0, 0, 9000);
    expect(writing.strokes).toEqual([[[0, 0, 0]]]);
  });

  it("いくら書いても、覚える点には限りがある", () => {
    const writing = new Writing(90, 30);
    for (let stroke = 0; stroke < 300; stroke++) {
      writing.down(0, 0, stroke);
      for (let at = 0; at < 60; at++) writing.move(at % 2, 0.5, stroke);
    }
    expect(writing.strokes.length).toBeLessThanOrEqual(200);
    expect(writing.points).toBeLessThanOrEqual(6000);
  });

  it("線は一本の道、点は長さのない線として描く", () => {
    expect(
      path([
        [1, 2, 0],
        [3, 4, 9],
      ]),
    ).toBe("M1 2L3 4");
    expect(path([[1, 2, 0]])).toBe("M1 2h0");
  });
});

it("数は文の中に入る", () => {
  expect(say("質問 {n} / {of}", { n: 2, of: 5 })).toBe("質問 2 / 5");
});
