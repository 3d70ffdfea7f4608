import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { backend, type CaseRow, type Reception as View } from "../backend";
import { problems } from "../state/problems.svelte";
import Reception from "./Reception.svelte";

vi.mock("../backend/tauri", () => ({
  tauri: {
    bookingDays: () => Promise.reject(new Error("offline")),
    reception: vi.fn(),
    search: vi.fn(),
    openCase: vi.fn(),
    takeBack: vi.fn(),
    restore: vi.fn(),
  },
}));

const row = (ticket: string, waiting_minutes: number): CaseRow => ({
  id: ticket,
  ticket,
  number: "",
  name: "",
  owner: null,
  life_event: { ja: "転入", easy: "", en: "" },
  opened: "9:00",
  waiting_minutes,
  state: "waiting",
});

const view = (cases: CaseRow[]): View => ({
  life_events: [{ id: "move_in", name: { ja: "転入", easy: "", en: "" }, hint: "市外から" }],
  next_ticket: "8",
  cases,
});

const props = {
  shown: () => {},
  residentOpen: false,
  practice: false,
  receives: true,
  visit: () => undefined,
  setKeys: () => {},
};

beforeEach(() => {
  problems.close();
  vi.mocked(backend.reception).mockReset();
});

describe("今日の案件", () => {
  it("長く待っている方は、色だけでなく言葉でもわかる", async () => {
    vi.mocked(backend.reception).mockResolvedValue(view([row("1", 38), row("2", 3)]));
    render(Reception, { props });
    const waits = (await screen.findAllByText(/分/)).map((cell) => cell.textContent?.trim());
    expect(waits).toEqual(["38 分（長くお待ちです）", "3 分"]);
    expect(screen.getByText("2", { selector: "strong" })).toBeTruthy();
  });

  it("案件がなければ、始め方を教える", async () => {
    vi.mocked(backend.reception).mockResolvedValue(view([]));
    render(Reception, { props });
    expect(await screen.findByText("まだ今日の案件はありません")).toBeTruthy();
  });

  it("住民の画面が開いているときだけ、次の方に戻す札がある", async () => {
    vi.mocked(backend.reception).mockResolvedValue(view([]));
    const { rerender } = render(Reception, { props });
    await screen.findByText("まだ今日の案件はありません");
    expect(screen.queryByText(/次の方/)).toBeNull();
    await rerender({ ...props, residentOpen: true });
    expect(screen.getByText(/次の方/)).toBeTruthy();
  });

  it("打ち足している間に遅れて届いた検索の答えは使わない", async () => {
    const answers: ((rows: CaseRow[]) => void)[] = [];
    vi.mocked(backend.reception).mockResolvedValue(view([row("1", 0), row("12", 0)]));
    vi.mocked(backend.search).mockImplementation(() => new Promise((answer) => answers.push(answer)));
    render(Reception, { props });
    const box = await screen.findByRole("searchbox");
    await fireEvent.input(box, { target: { value: "1" } });
    await fireEvent.input(box, { target: { value: "12" } });
    answers[1]?.([row("12", 0)]);
    await vi.waitFor(() => expect(screen.queryByText("1", { selector: "th" })).toBeNull());
    answers[0]?.([row("1", 0), row("12", 0)]);
    await new Promise((later) => setTimeout(later, 20));
    expect(screen.queryByText("1", { selector: "th" })).toBeNull();
    expect(screen.getByText("12", { selector: "th" })).toBeTruthy();
  });

  it("一覧を読めないときは、お知らせに出す", async () => {
    const problem = { code: "APP-01", what: "止まりました。", todo: "開き直してください。" };
    vi.mocked(backend.reception).mockRejectedValue(problem);
    render(Reception, { props });
    await vi.waitFor(() => expect(problems.now).toEqual(problem));
  });
});
