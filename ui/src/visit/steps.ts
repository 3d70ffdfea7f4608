import type { Step, Visit } from "../backend";
import type { Key } from "../state/keys";

/** The steps of a visit, in the order of a calm day. Any may be entered at any time. */
export const STEPS: readonly { id: Step; name: string; key: string }[] = [
  { id: "reading", name: "読取", key: "F2" },
  { id: "asking", name: "聞き取り", key: "F3" },
  { id: "choosing", name: "手続", key: "F4" },
  { id: "filling", name: "書類", key: "F5" },
  { id: "guiding", name: "案内", key: "F6" },
];

/** What every step of a visit is given. */
export interface StepProps {
  visit: Visit;
  /** The case as it is after something was done to it. */
  changed: (visit: Visit) => void;
  /** The step's own keys; they go with the step. Call it again whenever they change. */
  setKeys: (keys: Key[]) => void;
  /** Goes on to another step. */
  go: (step: Step) => void;
}

/** What each further member of the household may bring, said only while somebody may join. */
export const perMember = (interview: Visit["interview"]): string =>
  interview.each_member > 0 ? `（世帯員1人ごとに＋${interview.each_member}）` : "";
