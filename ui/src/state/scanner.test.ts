import { describe, expect, it, vi } from "vitest";
import { scanner } from "./scanner";

function desk() {
  const scanned = vi.fn();
  let at = 0;
  const hear = scanner(scanned, () => at);
  const type = (text: string, gap: number) => {
    for (const key of text) {
      at += gap;
      hear(new KeyboardEvent("keydown", { key }));
    }
  };
  const enter = (gap: number) => {
    at += gap;
    const event = new KeyboardEvent("keydown", { key: "Enter", cancelable: true });
    hear(event);
    return event.defaultPrevented;
  };
  return { scanned, type, enter };
}

describe("二次元コードの読取機", () => {
  it("続けざまに打たれた数字と Enter は、コードとして届き、Enter はほかに効かない", () => {
    const { scanned, type, enter } = desk();
    type("123456789012345", 4);
    expect(enter(4)).toBe(true);
    expect(scanned).toHaveBeenCalledExactlyOnceWith("123456789012345");
  });

  it("人の指で打った番号札は、コードではない", () => {
    const { scanned, type, enter } = desk();
    type("123456789012", 120);
    expect(enter(120)).toBe(false);
    type("12", 4);
    expect(enter(4)).toBe(false);
    expect(scanned).not.toHaveBeenCalled();
  });

  it("前に打ちかけた字は、コードに混ざらない", () => {
    const { scanned, type, enter } = desk();
    type("99", 150);
    type("1", 150);
    type("23456789012345", 4);
    enter(4);
    expect(scanned).toHaveBeenCalledExactlyOnceWith("123456789012345");
  });
});
