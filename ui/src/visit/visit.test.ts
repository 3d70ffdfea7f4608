import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { backend, type Given, type ProcedureRow, type QuestionCard, type Visit } from "../backend";
import { type Key, press } from "../state/keys";
import Choosing from "./Choosing.svelte";
import LiveList from "./LiveList.svelte";
import Question from "./Question.svelte";

vi.mock("../backend/tauri", () => ({ tauri: { mark: vi.fn(), giveNotice: vi.fn(), notNeeded: vi.fn() } }));

const text = (ja: string) => ({ ja, easy: ja, en: ja });

const row = (id: string, more: Partial<ProcedureRow> = {}): ProcedureRow => ({
  id,
  subject: "case",
  who: null,
  name: text(id),
  verdict: "needed",
  as_guide: false,
  only_told: false,
  place: "here",
  office: text("市民課"),
  office_id: "shimin",
  at: "1階",
  phone: "",
  level: 4,
  written_here: true,
  reason: "",
  law: [],
  deadline: "",
  deadline_text: null,
  due: null,
  approximate: false,
  bring: [],
  fee: 0,
  forms: [],
  staff_note: "",
  resident_note: null,
  uncertain: "",
  checks: [],
  mark: null,
  reply: null,
  ...more,
});

const list = (rows: ProcedureRow[]): Visit["procedures"] => ({
  rows,
  not_needed: 0,
  fee_total: 0,
  bring: [],
  offices: [],
  clashes: [],
  checks: "case.checks",
  ticked: [],
});

const visit = (rows: ProcedureRow[]): Visit =>
  ({
    case: { id: "c1", ticket: "1" },
    mine: true,
    procedures: list(rows),
    notices: [],
    inquiries: {
      offices: [],
      to_ask: 0,
      asked: 0,
      answered: 0,
      apply: 0,
      here: 0,
      one_stop: null,
      latest: "",
    },
    meets: [],
    warnings: [],
    others: [],
  }) as unknown as Visit;

const question = (answer: QuestionCard["answer"], fact = "case.one"): QuestionCard => ({
  fact,
  ask: text("問い"),
  help: null,
  answer,
  about: null,
  delicate: false,
  resolve: null,
});

const key = (name: string, more: KeyboardEventInit = {}) =>
  new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more });

beforeEach(() => vi.mocked(backend.mark).mockReset());

describe("手続のキー", () => {
  function shown(rows: ProcedureRow[]) {
    let keys: Key[] = [];
    const changed = vi.fn();
    render(Choosing, {
      props: { visit: visit(rows), changed, setKeys: (now) => (keys = now), go: () => undefined },
    });
    return { press: (name: string) => press(keys, key(name)), changed };
  }

  it("1 で済、もう一度で消える印を、選んだ手続に付ける", async () => {
    vi.mocked(backend.mark).mockResolvedValue(visit([row("転入届")]));
    const { press } = shown([row("転入届"), row("印鑑登録")]);
    press("ArrowDown");
    press("1");
    await vi.waitFor(() =>
      expect(backend.mark).toHaveBeenCalledWith("c1", "印鑑登録", "case", { mark: "done", reason: null }),
    );
  });

  it("辞退は、理由を聞いてから記す", async () => {
    vi.mocked(backend.mark).mockResolvedValue(visit([row("転入届")]));
    const { press } = shown([row("転入届")]);
    press("4");
    expect(backend.mark).not.toHaveBeenCalled();
    await fireEvent.click(await screen.findByText("本人が希望しない"));
    expect(backend.mark).toHaveBeenCalledWith("c1", "転入届", "case", {
      mark: "declined",
      reason: "本人が希望しない",
    });
  });

  it("後でにした手続は「後日」に、伝えるだけのものは「ご案内」に並ぶ", () => {
    shown([
      row("転入届", { mark: { mark: "later", reason: null } }),
      row("ごみの分け方", { only_told: true, place: "other_office" }),
    ]);
    expect(screen.getByRole("region", { name: "後日" }).textContent).toContain("転入届");
    expect(screen.getByRole("region", { name: "ご案内" }).textContent).toContain("ごみの分け方");
    expect(screen.queryByRole("region", { name: "ほかの窓口へ" })).toBeNull();
  });
});

describe("聞き取りの一覧", () => {
  it("答えで加わった手続と、消えた数を言う", async () => {
    const { rerender } = render(LiveList, {
      props: { list: list([row("転入届")]), caseId: "c1", updated: () => {}, whyNot: false },
    });
    await rerender({
      list: list([row("転入届"), row("転校")]),
      caseId: "c1",
      updated: () => {},
      whyNot: false,
    });
    expect(screen.getByRole("status").textContent).toContain("転校");
    await rerender({ list: list([row("転入届")]), caseId: "c1", updated: () => {}, whyNot: false });
    expect(screen.getByRole("status").textContent).toContain("1件");
  });
});

describe("質問", () => {
  function asked(card: QuestionCard, more: { before?: string } = {}) {
    let keys: Key[] = [];
    const give = vi.fn<(given: Given) => void>();
    const props = {
      question: card,
      members: [],
      give,
      addMember: vi.fn(),
      removeMember: () => undefined,
      complete: vi.fn(),
      setKeys: (now: Key[]) => {
        keys = now;
      },
      ...more,
    };
    const { rerender } = render(Question, { props });
    return { give, props, rerender, press: (event: KeyboardEvent) => press(keys, event) };
  }

  it("数字で答え、0 はわからない", () => {
    const { give, press } = asked(question({ is: "yes_no" }));
    press(key("2"));
    press(key("0"));
    expect(give.mock.calls).toEqual([[{ is: "no" }], [{ is: "unknown" }]]);
  });

  it("字を打つ欄では 0 は字になり、Alt+0 がわからない", () => {
    const { give, press } = asked(question({ is: "date" }));
    screen.getByRole("textbox").dispatchEvent(key("0"));
    expect(give).not.toHaveBeenCalled();
    press(key("0", { altKey: true }));
    expect(give).toHaveBeenCalledWith({ is: "unknown" });
  });

  it("打ちかけの答えは、ほかの知らせで画面が描き直されても残る", async () => {
    const { props, rerender } = asked(question({ is: "text" }), { before: "みなと野" });
    const field = screen.getByRole<HTMLInputElement>("textbox");
    expect(field.value).toBe("みなと野");
    await fireEvent.input(field, { target: { value: "みなと野市港" } });
    await rerender({ ...props, question: question({ is: "text" }) });
    expect(field.value).toBe("みなと野市港");
  });
});
