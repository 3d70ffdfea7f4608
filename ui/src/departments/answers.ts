import type { AnswerGiven, ReplyShown } from "../backend";

/** 回答の種類, with the key that gives it. */
export const ANSWERS: readonly { id: AnswerGiven; name: string; hint: string; key: string }[] = [
  { id: "applies", name: "該当する", hint: "手続が要る", key: "1" },
  { id: "does_not_apply", name: "該当しない", hint: "手続は要らない", key: "2" },
  { id: "ask_there", name: "来庁時に確認", hint: "会って決める", key: "3" },
];

/** 「該当する・窓口で受けてよい」 */
export function saying(reply: Pick<ReplyShown, "answer" | "here">): string {
  if (reply.answer === "does_not_apply") return "該当しない";
  if (reply.answer === "ask_there") return "来庁時に確認";
  return reply.here ? "該当する・窓口で受けてよい" : "該当する・担当課で受ける";
}

/** What else the answer says, one after the other. */
export function more(reply: ReplyShown): string {
  const parts = [
    reply.money,
    reply.bring && `持ち物：${reply.bring}`,
    reply.call && `連絡：${reply.call}`,
    reply.words,
  ];
  return parts.filter((part) => part !== "").join("　");
}
