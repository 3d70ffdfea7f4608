import { describe, expect, it } from "vitest";
import { base, pieces } from "./glyphs";

describe("異体字", () => {
  it("字形を選ぶ印のある字だけを切り分け、字は一つも失わない", () => {
    const name = "𠮷﨑　葛\u{E0100}葉";
    const cut = pieces(name);
    expect(cut).toEqual([
      { text: "𠮷﨑　", variant: false },
      { text: "葛\u{E0100}", variant: true },
      { text: "葉", variant: false },
    ]);
    expect(cut.map((piece) => piece.text).join("")).toBe(name);
    expect(base("葛\u{E0100}")).toBe("葛");
  });

  it("印だけの文、続く異体字、空の文でも止まらない", () => {
    expect(pieces("")).toEqual([]);
    expect(pieces("\u{E0100}")).toEqual([{ text: "\u{E0100}", variant: false }]);
    expect(pieces("辻\u{E0100}邉\u{E0101}").every((piece) => piece.variant)).toBe(true);
  });
});
