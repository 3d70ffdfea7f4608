import { describe, expect, it } from "vitest";
import { document, holdsMyNumber } from "../src/document";
import { noAnswers } from "../src/interview";
import { SMALL } from "./small";

const [event] = SMALL.events;
const written = (answers: Partial<ReturnType<typeof noAnswers>>) =>
  JSON.parse(document(SMALL, event as never, { ...noAnswers(), ...answers }, "easy", "2026-11-21"));

describe("文書", () => {
  it("外字と異体字を一字も変えずに書く", () => {
    const name = "葛\u{E0100}城　髙﨑\u{FA19}𠮷";
    expect(written({ facts: { "deceased.name": name } }).facts["deceased.name"]).toBe(name);
  });

  it("閉じた門の答えは書かない", () => {
    const facts = { "deceased.insurance": "company", "deceased.card": true };
    expect(written({ facts }).facts).toEqual({ "deceased.insurance": "company" });
  });

  it("わからないと、答えていないを分ける", () => {
    const entry = written({
      facts: { "deceased.insurance": null },
      household: "unknown",
      members: [{ name: "花子", birth_date: null }],
    });
    expect(entry.unknown).toEqual(["deceased.insurance", "household", "household[0].birth_date"]);
    expect(entry.facts).toEqual({ household: [{ name: "花子" }] });
    expect(written({}).facts).toEqual({});
    expect(written({ household: "complete" }).facts).toEqual({ household: [] });
  });

  it("期限は作った日から数える", () => {
    expect(written({})).toMatchObject({
      made: "2026-11-21",
      until: "2026-12-21",
      lang: "easy",
      pack: "small",
      pack_version: 3,
    });
  });

  it("個人番号らしい数字を見つける", () => {
    for (const found of [
      "123456789018",
      "1234 5678 9018",
      "１２３４－５６７８－９０１８",
      "番号は123456789018です",
    ]) {
      expect(holdsMyNumber(found), found).toBe(true);
    }
    for (const other of [
      "123456789019",
      "09000110011",
      "1234567890180",
      "みなと野市1-2-3",
      "020-8530 090-0000-0000",
    ]) {
      expect(holdsMyNumber(other), other).toBe(false);
    }
  });
});
