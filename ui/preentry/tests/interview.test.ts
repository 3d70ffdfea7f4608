import { describe, expect, it } from "vitest";
import { type Answers, Interview, noAnswers } from "../src/interview";
import { SMALL } from "./small";

const asked = (answers: Partial<Answers>) =>
  new Interview(SMALL, "death", { ...noAnswers(), ...answers }, "2026-11-21").items().map(({ path }) => path);

describe("何を聞くか", () => {
  it("門を先に、中身はその後に聞く", () => {
    expect(asked({})).toEqual(["deceased.birth_date", "deceased.insurance", "household"]);
    expect(asked({ facts: { "deceased.insurance": "koki" } })).toContain("deceased.card");
    expect(asked({ facts: { "deceased.insurance": "company" } })).not.toContain("deceased.card");
  });

  it("結果を変えない質問は聞かない", () => {
    // Under 65: the card can change nothing any more, whatever the insurance; what was answered stays.
    const young = { "deceased.birth_date": "1990-05-01" };
    expect(asked({ facts: young, household: "complete" })).toEqual(["deceased.birth_date", "household"]);
  });

  it("わからないは門を閉じない", () => {
    expect(asked({ facts: { "deceased.insurance": null } })).toContain("deceased.card");
    expect(asked({ facts: { "deceased.birth_date": null } })).toContain("deceased.insurance");
  });

  it("年だけわかる生年月日は、幅のまま判断する", () => {
    expect(asked({ facts: { "deceased.birth_date": "1961-XX-XX" } })).toContain("deceased.insurance");
    expect(asked({ facts: { "deceased.birth_date": "1962-XX-XX" } })).not.toContain("deceased.insurance");
  });

  it("世帯員は一人ずつ聞き、大人に学校は聞かない", () => {
    const answers: Partial<Answers> = {
      household: "complete",
      members: [{ birth_date: "1960-01-01" }, { birth_date: "2012-01-01" }, {}],
    };
    expect(asked(answers).filter((path) => path.includes("school"))).toEqual(["household[1].school"]);
    expect(asked(answers)).toContain("household[2].birth_date");
  });

  it("誰も残らないなら、世帯員のことは聞かない", () => {
    expect(asked({ household: "complete" }).filter((path) => path.startsWith("household["))).toEqual([]);
  });

  it("ほかのライフイベントの手続は数えない", () => {
    expect(asked({})).not.toContain("case.dog");
  });
});
