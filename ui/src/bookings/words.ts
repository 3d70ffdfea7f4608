import type { BookingPreparation, BookingStanding, SlotStanding } from "../backend";

/** What stands in the table, and how it is read out. */
export const SLOTS: Record<SlotStanding, { mark: string; words: string }> = {
  open: { mark: "○", words: "空き" },
  full: { mark: "×", words: "満席" },
  past: { mark: "－", words: "受付終了" },
};

export const PREPARATION: Record<BookingPreparation, string> = {
  not_begun: "準備はこれから",
  asked: "照会中",
  answered: "回答あり",
  ready: "準備済み",
};

export const STANDING: Record<BookingStanding, string> = {
  booked: "予約",
  arrived: "来庁中",
  done: "終了",
  no_show: "来られず",
  cancelled: "取消",
};
