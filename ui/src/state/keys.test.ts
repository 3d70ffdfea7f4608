import { describe, expect, it, vi } from "vitest";
import { chord, type Key, plain, press } from "./keys";

function pressed(
  key: string,
  options: KeyboardEventInit = {},
  on: HTMLElement = document.body,
): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options });
  on.dispatchEvent(event);
  return event;
}

function keyThat(matches: Key["matches"]) {
  const run = vi.fn();
  return { run, key: { cap: "", does: "", where: "どこでも", matches, run } satisfies Key };
}

describe("ふつうの文字のキー", () => {
  it("何も書いていないときだけ効く", () => {
    const field = document.body.appendChild(document.createElement("input"));
    expect(plain("1")(pressed("1"))).toBe(true);
    expect(plain("1")(pressed("1", {}, field))).toBe(false);
    expect(plain("1")(pressed("2"))).toBe(false);
    field.remove();
  });

  it("変換の途中や修飾キーと一緒のときは効かない", () => {
    expect(plain("n")(pressed("n", { isComposing: true }))).toBe(false);
    expect(plain("n")(pressed("n", { ctrlKey: true }))).toBe(false);
    expect(plain("n")(pressed("n", { altKey: true }))).toBe(false);
  });
});

describe("組み合わせのキー", () => {
  it("書いているときも効き、ちょうどその組み合わせだけ", () => {
    const field = document.body.appendChild(document.createElement("input"));
    expect(chord("1", "alt")(pressed("1", { altKey: true }, field))).toBe(true);
    expect(chord("1", "alt")(pressed("1"))).toBe(false);
    expect(chord("F1")(pressed("F1"))).toBe(true);
    expect(chord("F1")(pressed("F1", { ctrlKey: true }))).toBe(false);
    field.remove();
  });
});

describe("押されたキー", () => {
  it("初めに当たったものだけを行い、ほかへ渡さない", () => {
    const first = keyThat(() => true);
    const second = keyThat(() => true);
    const event = pressed("x");
    press([first.key, second.key], event);
    expect(first.run).toHaveBeenCalledOnce();
    expect(second.run).not.toHaveBeenCalled();
    expect(event.defaultPrevented).toBe(true);
  });

  it("小窓が開いている間は何もしない", () => {
    const dialog = document.body.appendChild(document.createElement("dialog"));
    dialog.setAttribute("open", "");
    const { key, run } = keyThat(() => true);
    press([key], pressed("x"));
    expect(run).not.toHaveBeenCalled();
    dialog.remove();
    press([key], pressed("x"));
    expect(run).toHaveBeenCalledOnce();
  });
});
