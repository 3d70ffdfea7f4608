import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, expect, it, vi } from "vitest";
import { backend, type MemberGiven, type Visit } from "../backend";
import HouseholdTable from "./HouseholdTable.svelte";

vi.mock("../backend/tauri", () => ({
  tauri: { putMember: vi.fn(), removeMember: vi.fn(), household: vi.fn(), keepDraft: vi.fn() },
}));

const visit = (people: Partial<MemberGiven>[], drafts: Visit["drafts"] = []): Visit =>
  ({
    case: { id: "c1" },
    drafts,
    people: {
      persons: people.map((person, at) => ({
        id: `household[${at}]`,
        title: person.name ?? "",
        facts: Object.entries(person).map(([fact, value]) => ({ fact: `household[${at}].${fact}`, value })),
      })),
    },
  }) as unknown as Visit;

const cell = (name: string) => screen.getByLabelText<HTMLInputElement>(name);
const enter = (name: string) => fireEvent.keyDown(cell(name), { key: "Enter" });

/** A backend that answers when it is told to. */
function slowly() {
  const waiting: (() => void)[] = [];
  const sent: string[] = [];
  vi.mocked(backend.putMember).mockImplementation(
    (_case, at, given) =>
      new Promise((tell) => {
        sent.push(`${at} ${given.name}`);
        waiting.push(() => {
          if (at === null) known.push({ ...given });
          else known[at] = { ...given };
          tell(visit(known));
        });
      }),
  );
  const known: Partial<MemberGiven>[] = [];
  return { sent, known, answer: () => waiting.shift()?.() };
}

function shown(now: Visit) {
  const changed = vi.fn((after: Visit) => void view.rerender({ visit: after, changed }));
  const view = render(HouseholdTable, { props: { visit: now, changed } });
  return { changed, ...view };
}

beforeEach(() => {
  cleanup();
  vi.mocked(backend.keepDraft).mockReset().mockResolvedValue();
});

it("行の終わりの Enter は返事を待たずに次の方へ進み、打った字は次の方のものになる", async () => {
  const { sent, answer } = slowly();
  shown(visit([]));
  await fireEvent.input(cell("次の方の氏名"), { target: { value: "港野　太郎" } });
  cell("次の方の続柄").focus();
  await enter("次の方の続柄");
  const next = cell("次の方の氏名");
  expect(document.activeElement).toBe(next);
  await fireEvent.input(next, { target: { value: "港野　花" } });
  await vi.waitFor(() => expect(sent).toEqual(["null 港野　太郎"]));
  answer();
  await vi.waitFor(() => expect(screen.getByLabelText(/太郎を外す/)).toBeTruthy());
  // The same cell, the same letters, the focus still in it.
  expect(document.activeElement).toBe(next);
  expect(next.value).toBe("港野　花");
  await fireEvent.input(next, { target: { value: "港野　花子" } });
  cell("次の方の続柄").focus();
  await enter("次の方の続柄");
  await vi.waitFor(() => expect(sent).toEqual(["null 港野　太郎", "null 港野　花子"]));
  expect(cell("2人目の氏名").value).toBe("港野　花子");
});

it("送っている間に打った字は、返事が来ても消えない", async () => {
  const { answer, sent } = slowly();
  shown(visit([]));
  await fireEvent.input(cell("次の方の氏名"), { target: { value: "港野" } });
  cell("次の方の氏名").focus();
  cell("次の方の氏名").blur();
  await vi.waitFor(() => expect(sent.length).toBe(1));
  await fireEvent.input(cell("次の方の氏名"), { target: { value: "港野　太郎" } });
  answer();
  await vi.waitFor(() => expect(cell("1人目の氏名").value).toBe("港野　太郎"));
});

it("カードから人が加わっても、打ちかけの行はそのまま残る", async () => {
  slowly();
  const { rerender, changed } = shown(visit([]));
  const typing = cell("次の方の氏名");
  typing.focus();
  await fireEvent.input(typing, { target: { value: "港野　花" } });
  await rerender({ visit: visit([{ name: "潮崎　健一" }]), changed });
  expect(cell("1人目の氏名").value).toBe("潮崎　健一");
  expect(document.activeElement).toBe(typing);
  expect(typing.value).toBe("港野　花");
});

it("打ちかけの行は残され、開き直すと同じ所にある", async () => {
  slowly();
  vi.useFakeTimers();
  shown(visit([{ name: "潮崎　健一" }]));
  await fireEvent.input(cell("次の方の氏名"), { target: { value: "港野　花" } });
  vi.advanceTimersByTime(400);
  vi.useRealTimers();
  const [, fact, text] = vi.mocked(backend.keepDraft).mock.lastCall ?? ["", "", ""];
  expect(fact).toBe("household");
  cleanup();
  shown(visit([{ name: "潮崎　健一" }], [{ fact, text }]));
  expect(cell("2人目の氏名").value).toBe("港野　花");
});
