import { describe, expect, it } from "vitest";
import type { FormPage } from "../../backend";
import { type At, cell, dragged, nudge, snapMoved, snapResized } from "./places";

/** One cell: 20 to 80 across, 30 to 40 down. */
const PAGE: FormPage = {
  width: 210,
  height: 297,
  upright: [
    [20, 30, 40],
    [80, 30, 40],
  ],
  level: [
    [30, 20, 80],
    [40, 20, 80],
  ],
};

describe("様式の上の位置", () => {
  it("罫線に近い辺は罫線に付き、遠い辺は付かない", () => {
    expect(snapMoved([20.7, 33, 10, 4], PAGE)).toEqual([20, 33, 10, 4]);
    expect(snapMoved([25, 33, 10, 4], PAGE)).toEqual([25, 33, 10, 4]);
    const grip = { left: false, top: false, right: true, bottom: true };
    expect(snapResized([22, 32, 57.3, 7.4], grip, PAGE)).toEqual([22, 32, 58, 8]);
  });

  it("ない所の罫線には付かない", () => {
    expect(snapMoved([20.7, 100, 10, 4], PAGE)).toEqual([20.7, 100, 10, 4]);
  });

  it("罫線に合わせると、囲む枠の中に入る", () => {
    expect(cell([40, 33, 5, 3], PAGE)).toEqual([20.3, 30.3, 59.4, 9.4]);
    expect(cell([40, 50, 5, 3], PAGE)).toBeNull();
  });

  it("左上の角を引いても、右下は動かず、裏返らない", () => {
    const grip = { left: true, top: true, right: false, bottom: false };
    const from: At = [20, 30, 10, 10];
    expect(dragged(from, grip, 3, 4)).toEqual([23, 34, 7, 6]);
    expect(dragged(from, grip, 50, 50)).toEqual([29, 39, 1, 1]);
    expect(dragged(from, null, -50, 1)).toEqual([0, 31, 10, 10]);
  });

  it("矢印は0.5 mm、Ctrl で5 mm、Shift で大きさ", () => {
    const key = (name: string, more = {}) => ({ key: name, shiftKey: false, ctrlKey: false, ...more });
    expect(nudge(key("ArrowLeft"))).toEqual({ resize: false, x: -0.5, y: 0 });
    expect(nudge(key("ArrowDown", { ctrlKey: true }))).toEqual({ resize: false, x: 0, y: 5 });
    expect(nudge(key("ArrowDown", { shiftKey: true }))).toEqual({ resize: true, x: 0, y: 0.5 });
    expect(nudge(key("a"))).toBeNull();
  });
});
