import { cleanup, fireEvent, screen as page, render, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backend, type ResidentSaid, type ResidentScreen, type ResidentStage } from "../backend";
import Resident from "./Resident.svelte";

vi.mock("../backend/tauri", () => ({
  tauri: { residentScreen: vi.fn(), residentTell: vi.fn(), onResidentScreen: vi.fn() },
}));

/** Words that say their own name: 「confirm.title」. */
const part = (name: string, fields: string[]) => ({
  [name]: Object.fromEntries(fields.map((field) => [field, `${name}.${field}`])),
});
const words = {
  name: "日本語",
  lang: "ja",
  language: "language",
  practice: "practice",
  larger: "larger",
  contrast: "contrast",
  problem: "problem",
  ...part("welcome", ["title", "more"]),
  ...part("received", ["title", "ticket", "no_writing"]),
  ...part("confirm", ["title", "more", "right", "wrong", "all_right", "below", "rest_right"]),
  ...part("ask", [
    "silent",
    "progress",
    "yes",
    "no",
    "unknown",
    "rather_not",
    "none",
    "next",
    "back",
    "answer",
    "year",
    "month",
    "day",
    "several",
    "delete",
    "typed",
  ]),
  ...part("pin", ["title", "more", "tries", "last_try", "wrong", "typed", "delete", "ok", "cancel"]),
  ...part("sign", [
    "title",
    "who",
    "papers",
    "area",
    "hint",
    "empty",
    "written",
    "undo",
    "clear",
    "ok",
    "paper",
  ]),
  ...part("thanks", ["title", "more", "guide", "code", "finish"]),
} as unknown as ResidentScreen["words"];

function screenOf(turn: number, stage: ResidentStage): ResidentScreen {
  const languages = [{ id: "ja", name: "日本語", lang: "ja" }];
  return { city: "みなと野市", practice: true, turn, language: "ja", languages, words, stage };
}

let now: ResidentScreen;
let told: ResidentSaid[];
let answer: () => ResidentScreen;

beforeEach(() => {
  told = [];
  answer = () => now;
  // Whatever is observed is in sight.
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      readonly #tell: (entries: { isIntersecting: boolean }[]) => void;
      constructor(tell: (entries: { isIntersecting: boolean }[]) => void) {
        this.#tell = tell;
      }
      observe() {
        this.#tell([{ isIntersecting: true }]);
      }
      disconnect() {}
    },
  );
  vi.mocked(backend.onResidentScreen).mockResolvedValue(() => {});
  vi.mocked(backend.residentScreen).mockImplementation(async () => now);
  vi.mocked(backend.residentTell).mockImplementation(async (turn, said) => {
    expect(turn).toBe(now.turn);
    told.push(said);
    return answer();
  });
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const fact = (label: string, value: string) => ({ label, value, name: false });

describe("確認", () => {
  it("ちがうと押した所だけが、ちがうと伝わる", async () => {
    const facts = [fact("氏名", "潮崎 健一"), fact("住所", "みなと野市港町1")];
    now = screenOf(3, { kind: "confirm", groups: [{ title: "届出をする方", facts }] });
    render(Resident);
    const wrong = await page.findAllByText("confirm.wrong");
    await fireEvent.click(wrong[1] as HTMLElement);
    await fireEvent.click(page.getByText("confirm.rest_right"));
    await waitFor(() => expect(told).toEqual([{ is: "facts", value: [true, false] }]));
  });

  it("何も押さずに進めば、すべて合っていると伝わる", async () => {
    now = screenOf(3, { kind: "confirm", groups: [{ title: "届出をする方", facts: [fact("氏名", "甲")] }] });
    render(Resident);
    await fireEvent.click(await page.findByText("confirm.all_right"));
    await waitFor(() => expect(told[0]).toEqual({ is: "facts", value: [true] }));
  });
});

describe("暗証番号", () => {
  const pin = (typed: number): ResidentStage => ({
    kind: "pin",
    card: "マイナンバーカード",
    typed,
    tries_left: 3,
    wrong: false,
  });

  it("一桁ずつ押した順に渡り、画面のどこにも番号は残らない", async () => {
    now = screenOf(5, pin(0));
    answer = () => {
      now = screenOf(5, pin(told.length));
      return now;
    };
    const { container } = render(Resident);
    await page.findByText("pin.title");
    for (const key of ["7", "3", "9", "1"]) await fireEvent.keyDown(window, { key });
    await waitFor(() => expect(told.length).toBe(4));
    expect(told).toEqual([7, 3, 9, 1].map((value) => ({ is: "pin_digit", value })));
    await waitFor(() => expect(page.getByText("pin.ok")).toHaveProperty("disabled", false));
    expect(container.textContent).not.toContain("7391");
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain("7");
  });
});

describe("遅れた答え", () => {
  it("もう次の画面なら、黙って次の画面を見せる", async () => {
    now = screenOf(8, { kind: "confirm", groups: [{ title: "甲", facts: [fact("氏名", "甲野 一郎")] }] });
    answer = () => {
      now = screenOf(9, { kind: "welcome" });
      throw { code: "RES-01", what: "", todo: "" };
    };
    const { container } = render(Resident);
    await fireEvent.click(await page.findByText("confirm.all_right"));
    await page.findByText("welcome.title");
    expect(page.queryByRole("alert")).toBeNull();
    expect(container.innerHTML).not.toContain("甲野");
  });

  it("同じ画面のまま断られたら、職員に声をかけるよう言う", async () => {
    now = screenOf(8, { kind: "confirm", groups: [{ title: "甲", facts: [fact("氏名", "甲野 一郎")] }] });
    answer = () => {
      throw { code: "CASE-05", what: "", todo: "" };
    };
    render(Resident);
    await fireEvent.click(await page.findByText("confirm.all_right"));
    expect((await page.findByRole("alert")).textContent).toBe("problem");
  });
});
