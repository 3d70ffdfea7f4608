import { describe, expect, it } from "vitest";
import { KANA, katakana, rewrite, shortened, turned } from "./letters";

describe("文字盤", () => {
  it("濁点・半濁点・小さい字は、一つのキーを押すごとに変わり、元に戻る", () => {
    expect(turned("か")).toBe("が");
    expect(turned("が")).toBe("か");
    expect(["は", "ば", "ぱ"].map(turned)).toEqual(["ば", "ぱ", "は"]);
    expect(["つ", "っ", "づ"].map(turned)).toEqual(["っ", "づ", "つ"]);
    expect(turned("シユ")).toBe("シュ");
    expect(turned("ハ")).toBe("バ");
    for (const same of ["", "ん", "ー", "1"]) expect(turned(same)).toBe(same);
  });

  it("どの字も、押し続ければ自分に戻る", () => {
    for (const letter of KANA.flat()) {
      let now = letter;
      for (let at = 0; at < 6; at++) now = turned(now);
      expect(now).toBe(letter);
    }
  });

  it("カタカナにできる", () => expect(katakana("しおざき　けんいちー")).toBe("シオザキ　ケンイチー"));

  it("1字消すと、異体字は字ごと消える", () => {
    expect(shortened("葛󠄀")).toBe("");
    expect(shortened("𠮷野")).toBe("𠮷");
    expect(shortened("")).toBe("");
  });

  it("カーソルの前に入り、選んだ字は置き換わる", () => {
    const field = document.createElement("input");
    field.value = "あう";
    let heard = 0;
    field.addEventListener("input", () => heard++);
    field.setSelectionRange(1, 1);
    rewrite(field, (before) => `${before}い`);
    expect([field.value, field.selectionStart, heard]).toEqual(["あいう", 2, 1]);
    field.setSelectionRange(0, 3);
    rewrite(field, (before) => `${before}か`);
    expect(field.value).toBe("か");
  });
});
