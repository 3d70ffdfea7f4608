import { fireEvent, render, screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import type { BookingWeek, SlotStanding } from "../backend";
import Week from "./Week.svelte";

vi.mock("../backend/tauri", () => ({ tauri: {} }));

const slot = (date: string, time: string, standing: SlotStanding) => ({
  start: `${date}T${time}`,
  time,
  minutes: 60,
  free: standing === "open" ? 2 : 0,
  standing,
});

const day = (date: string, slots: BookingWeek["days"][number]["slots"]) => ({
  date,
  label: date.slice(5),
  long: date,
  today: false,
  closed: slots.length === 0 ? "閉庁日" : null,
  slots,
});

const corner = { office: "okuyami", name: "おくやみコーナー", minutes: 60 };
const week: BookingWeek = {
  corners: [corner],
  corner,
  days: [
    day("2026-11-24", [slot("2026-11-24", "9:00", "past"), slot("2026-11-24", "10:00", "full")]),
    day("2026-11-25", []),
    day("2026-11-26", [slot("2026-11-26", "9:00", "open"), slot("2026-11-26", "10:00", "open")]),
  ],
  times: ["9:00", "10:00"],
  previous: "2026-11-17",
  next: "2026-12-01",
  known_at: null,
};

const focused = () => document.activeElement?.getAttribute("aria-label");

describe("週の表", () => {
  it("最初の空きから矢印で動き、休みの日は飛ばす", async () => {
    const { component } = render(Week, { week, choosable: true, choose: vi.fn(), turn: vi.fn() });
    component.focus();
    expect(focused()).toBe("2026-11-269:00、空き2件");
    await fireEvent.keyDown(document.activeElement as Element, { key: "ArrowLeft" });
    expect(focused()).toBe("2026-11-249:00、受付終了");
    await fireEvent.keyDown(document.activeElement as Element, { key: "ArrowDown" });
    expect(focused()).toBe("2026-11-2410:00、満席");
  });

  it("空きだけを選べ、つながらないときは選べない", async () => {
    const choose = vi.fn();
    const { rerender } = render(Week, { week, choosable: true, choose, turn: vi.fn() });
    await fireEvent.click(screen.getByLabelText("2026-11-2410:00、満席"));
    expect(choose).not.toHaveBeenCalled();
    await fireEvent.click(screen.getByLabelText("2026-11-2610:00、空き2件"));
    expect(choose).toHaveBeenCalledTimes(1);
    await rerender({ choosable: false });
    await fireEvent.click(screen.getByLabelText("2026-11-2610:00、空き2件"));
    expect(choose).toHaveBeenCalledTimes(1);
  });
});
