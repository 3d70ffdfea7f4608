import { beforeEach, expect, test, vi } from "vitest";
import { problems } from "./problems.svelte";

const problem = (code: string) => ({ code, what: "できませんでした。", todo: "もう一度。" });

beforeEach(() => {
  problems.close();
  problems.unseated = () => {};
});

test("断られたことは、した人に見せる", async () => {
  expect(await problems.during(() => Promise.reject(problem("SRV-04")))).toBe(false);
  expect(problems.now?.code).toBe("SRV-04");
});

test("前の人がし残したことも、読み残した知らせも、次の人には見せない", async () => {
  let refuse = (_: unknown) => {};
  const left = problems.during(() => new Promise<void>((_, reject) => (refuse = reject)));
  problems.tell(problem("PRINT-01"));
  problems.changeSeats();
  expect(problems.now).toBeNull();
  refuse(problem("SRV-04"));
  expect(await left).toBe(false);
  expect(problems.now).toBeNull();
});

test("だれも席にいないと分かったら、知らせでなく、画面を閉じさせる", () => {
  problems.unseated = vi.fn();
  problems.tell(problem("STAFF-01"));
  problems.tell(problem("STAFF-02"));
  expect(problems.unseated).toHaveBeenCalledTimes(2);
  expect(problems.now).toBeNull();
});
