import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  backend,
  type Choosable,
  type DeskView,
  type FormEdit,
  type FormField,
  type FormView,
} from "../../backend";
import { problems } from "../../state/problems.svelte";
import FormEditor from "./FormEditor.svelte";

vi.mock("../../backend/tauri", () => ({
  tauri: {
    draftForm: vi.fn(),
    draftFormFacts: vi.fn(),
    draftFormEdit: vi.fn(),
    draftFormPicture: vi.fn(),
  },
}));

const field = (path: string, more: Partial<FormField> = {}): FormField => ({
  path,
  called: path,
  label: path,
  kind: "text",
  kind_name: "文字",
  page: 1,
  at: [20, 30, 40, 8],
  places: [{ place: "at", at: [20, 30, 40, 8] }],
  values: ["applicant.name"],
  text: null,
  said: "届出人の氏名",
  doubt: null,
  loose: false,
  repeat: null,
  words: {},
  answers: [],
  ...more,
});

const view = (fields: FormField[]): FormView => ({
  id: "dog",
  name: "犬の届",
  head: { name: "犬の届" },
  pages: [{ width: 148, height: 210, level: [], upright: [] }],
  fields,
  notes: [],
  used_by: [],
  others: [],
  paper: "p",
  reads: true,
});

const desk: DeskView = {
  revision: 1,
  entries: [],
  steps: [],
  can_undo: false,
  can_redo: false,
  reads: true,
  errors: 0,
  checked: false,
  notes: [],
  last: null,
  shared: null,
  read_only: false,
  notes_for_staff: "",
};
const all: Choosable = {
  revision: 1,
  facts: [],
  conditions: [],
  events: [],
  offices: [],
  screens: [],
  items: [],
  forms: [],
  anchors: [],
  procedures: [],
  languages: [],
};

let form = view([]);
const edits = () => vi.mocked(backend.draftFormEdit).mock.calls.flatMap(([, made]) => made);

function show(fields: FormField[], more: Partial<DeskView> = {}) {
  form = view(fields);
  vi.mocked(backend.draftForm).mockImplementation(async () => form);
  vi.mocked(backend.draftFormFacts).mockResolvedValue([
    { id: "applicant.name", name: "届出人の氏名", member: false, type: "text", answers: [] },
    { id: "applicant.phone", name: "届出人の電話番号", member: false, type: "text", answers: [] },
    { id: "member.name", name: "世帯員の氏名", member: true, type: "text", answers: [] },
  ]);
  vi.mocked(backend.draftFormEdit).mockImplementation(async () => ({ desk, form }));
  const props = {
    id: "dog",
    desk: { ...desk, ...more },
    all,
    why: "",
    wanted: null,
    changed: async () => {},
    open: () => {},
    back: () => {},
  };
  return render(FormEditor, { props });
}

const press = async (key: string, more: Partial<KeyboardEventInit> = {}) => {
  await fireEvent.keyDown(document.activeElement ?? document.body, { key, ...more });
  await tick();
};
const at = async (path: string) => {
  const button = await screen.findByRole("button", { name: new RegExp(`^${path}（`) });
  button.focus();
  await tick();
  return button;
};

beforeEach(() => {
  problems.close();
  vi.mocked(backend.draftFormEdit).mockReset();
});

describe("様式の編集", () => {
  it("続けて押した矢印は、まとめて一手になる", async () => {
    show([field("名前")]);
    const button = await at("名前");
    await press("ArrowRight");
    await press("ArrowRight");
    await press("ArrowDown", { ctrlKey: true });
    expect(button.getAttribute("aria-label")).toContain("左21.0 上35.0");
    expect(edits()).toEqual([]);
    await waitFor(() => expect(edits()).toHaveLength(1), { timeout: 2000 });
    expect(edits()).toEqual<FormEdit[]>([{ is: "shift", fields: ["名前"], right: 1, down: 5 }]);
  });

  it("Shift と矢印は大きさを変える", async () => {
    show([field("名前")]);
    await at("名前");
    await press("ArrowRight", { shiftKey: true });
    await waitFor(() => expect(edits()).toHaveLength(1), { timeout: 2000 });
    expect(edits()).toEqual<FormEdit[]>([{ is: "grow", fields: ["名前"], wider: 0.5, higher: 0 }]);
  });

  it("C で確かめて次の未確認へ移り、事実のない欄は先に選ばせる", async () => {
    const doubt = { sure: true, why: "見出しのとおり" };
    show([field("名前", { doubt }), field("電話"), field("住所", { doubt, loose: true, values: [] })]);
    await screen.findByText("未確認 2個・次へ");
    await at("名前");
    await press("c");
    await waitFor(() => expect(edits()).toEqual<FormEdit[]>([{ is: "confirm", fields: ["名前"] }]));
    await waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toContain("住所"));
    await press("c");
    await screen.findByText(/入れる事実を先に選んでください/);
    expect(edits()).toHaveLength(1);
  });

  it("Enter で事実を選ぶと結ばれる。世帯員の事実は表の列だけに出る", async () => {
    show([field("電話", { loose: true, values: [] })]);
    await at("電話");
    await press("Enter");
    await screen.findByText("「電話」に入れる事実");
    expect(screen.queryByRole("button", { name: "世帯員の氏名" })).toBeNull();
    await fireEvent.click(screen.getByRole("button", { name: "届出人の電話番号" }));
    await waitFor(() =>
      expect(edits()).toEqual<FormEdit[]>([
        { is: "write", field: "電話", key: "value", value: { is: "list", value: ["applicant.phone"] } },
      ]),
    );
  });

  it("スペースでいっしょに選び、そろえる", async () => {
    show([field("名前"), field("電話", { at: [22, 50, 30, 8] })]);
    await at("名前");
    await press(" ");
    await at("電話");
    await press(" ");
    await fireEvent.click(await screen.findByRole("button", { name: "左をそろえる" }));
    await waitFor(() =>
      expect(edits()).toEqual<FormEdit[]>([{ is: "align", fields: ["名前", "電話"], edge: "left" }]),
    );
  });

  it("Tab は次の欄へ移り、最後の欄からは外へ出る", async () => {
    show([field("名前"), field("電話", { at: [22, 50, 30, 8] })]);
    const first = await at("名前");
    await press("Tab");
    await waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toContain("電話"));
    expect(first.tabIndex).toBe(-1);
    const last = document.activeElement as HTMLElement;
    expect(last.tabIndex).toBe(0);
    expect(await fireEvent.keyDown(last, { key: "Tab" })).toBe(true);
    expect(await fireEvent.keyDown(last, { key: "Tab", shiftKey: true })).toBe(false);
  });

  it("見るだけの人は何も変えられない", async () => {
    show([field("名前")], { read_only: true });
    await at("名前");
    for (const key of ["ArrowRight", "Delete", "d", "n", "Enter"]) await press(key);
    await new Promise((done) => setTimeout(done, 900));
    expect(edits()).toEqual([]);
  });
});
