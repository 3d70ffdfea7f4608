import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, describe, expect, it } from "vitest";
import { asProblem, backend } from ".";

afterEach(() => clearMocks());

describe("画面から窓への呼び出し", () => {
  it("番号札がなければ、ないと伝える", async () => {
    const asked: unknown[] = [];
    mockIPC((command, given) => void asked.push([command, given]));
    await backend.openCase("move_in", null);
    expect(asked).toEqual([["open_case", { lifeEvent: "move_in", ticket: null }]]);
  });

  it("窓の断りは、そのまま問題として届く", async () => {
    const refusal = {
      code: "CASE-02",
      what: "受付番号はもう使われています。",
      todo: "番号札を確かめてください。",
    };
    mockIPC(() => {
      throw refusal;
    });
    await expect(backend.openCase("move_in", "12")).rejects.toEqual(refusal);
    expect(asProblem(refusal)).toEqual(refusal);
  });
});

describe("画面そのものの失敗", () => {
  it("打った言葉を見せずに、何をすればよいかを言う", () => {
    const problem = asProblem(new Error("架空花子 を読めません"));
    expect(problem.code).toBe("UI-01");
    expect(JSON.stringify(problem)).not.toContain("花子");
    expect(problem.todo).not.toBe("");
  });
});
