import { describe, expect, it } from "vitest";
import { Pictures } from "./pictures";

function drawer() {
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  const pictures = new Pictures((key) => {
    asked.push(key);
    return new Promise((done) => waiting.push(() => done(`picture of ${key}`)));
  });
  const draw = async () => {
    waiting.shift()?.();
    await new Promise((next) => setTimeout(next));
  };
  return { asked, pictures, draw };
}

describe("ページの絵", () => {
  it("見ているページが、脇の小さな絵より先に描かれる", async () => {
    const { asked, pictures, draw } = drawer();
    for (const key of ["a", "b", "c"]) void pictures.want(key, 100, false);
    const large = pictures.want("b", 700, true);
    await draw();
    await draw();
    expect(await large).toBe("picture of b");
    expect(asked.slice(0, 2)).toEqual(["a", "b"]);
  });

  it("速くめくると、途中のページは描かれない", async () => {
    const { asked, pictures, draw } = drawer();
    const first = pictures.want("1", 700, true);
    const passed = pictures.want("2", 700, true);
    const last = pictures.want("3", 700, true);
    expect(await passed).toBeNull();
    await draw();
    await draw();
    expect([await first, await last]).toEqual(["picture of 1", "picture of 3"]);
    expect(asked).toEqual(["1", "3"]);
  });

  it("画面を離れたら、始めていないものはやめる", async () => {
    const { asked, pictures, draw } = drawer();
    void pictures.want("1", 100, false);
    const second = pictures.want("2", 100, false);
    pictures.drop();
    expect(await second).toBeNull();
    await draw();
    expect(asked).toEqual(["1"]);
  });
});
