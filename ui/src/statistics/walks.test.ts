import { expect, test } from "vitest";
import { clock } from "./walks";

test("ストップウォッチの読み", () => {
  expect([0, 65, 3727, -3].map(clock)).toEqual(["0:00", "1:05", "1:02:07", "0:00"]);
});
