import type { ResidentSaid, ResidentStage, ResidentWords } from "../backend";

/** What every part of the resident's screen is given. */
export interface StageProps<Kind extends ResidentStage["kind"]> {
  words: ResidentWords;
  stage: Extract<ResidentStage, { kind: Kind }>;
  /** Says one thing to the counter; `false` when it was not taken. */
  tell: (said: ResidentSaid) => Promise<boolean>;
}
