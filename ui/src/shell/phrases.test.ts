import { expect, it } from "vitest";
import { phrases } from "./phrases";

it("言葉の途中で行を分けない", () => {
  expect(phrases("いらっしゃいませ")).toEqual(["いらっしゃいませ"]);
  expect(phrases("どこから引っ越してきましたか。")).toEqual(["どこから", "引っ越してきましたか。"]);
  expect(phrases("この方の障害者手帳はどれですか。")).toEqual(["この方の", "障害者手帳はどれですか。"]);
  expect(phrases("職員がお声がけします。少しお待ちください。").at(-1)).not.toMatch(/^声|^待/);
});

it("分けても、つなげば元の文である", () => {
  for (const text of ["", "English words", "引越しをした日（する日）はいつですか。", "𠮷﨑　葛󠄀葉さん"])
    expect(phrases(text).join("")).toBe(text);
});
