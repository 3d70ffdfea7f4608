import type { Step } from "../backend";

/** The steps of a visit, in the order of a calm day. Any may be entered at any time. */
export const STEPS: readonly { id: Step; name: string; key: string }[] = [
  { id: "reading", name: "読取", key: "F2" },
  { id: "asking", name: "聞き取り", key: "F3" },
  { id: "choosing", name: "手続", key: "F4" },
];
