import { backend, type ResidentPanel } from "../backend";
import { problems } from "./problems.svelte";

/** What the officer knows of the resident's window: one listener for all parts of a screen that want it. */
class ResidentState {
  panel = $state<ResidentPanel | null>(null);
  open = $state(false);

  /** Listens until the returned function is called. */
  watch(): () => void {
    const stops = [
      backend.onResidentPanel(() => void this.look()),
      backend.onResidentWindow((open) => {
        this.open = open;
      }),
    ];
    void this.look();
    void problems.during(async () => {
      this.open = await backend.residentWindowOpen();
    });
    return () => {
      for (const stop of stops) void stop.then((end) => end());
    };
  }

  async look(): Promise<void> {
    await problems.during(async () => {
      this.panel = await backend.residentPanel();
    });
  }

  /** The panel, where it is about this case. */
  of(caseId: string): ResidentPanel | null {
    return this.panel?.case === caseId ? this.panel : null;
  }

  /** Opens the window where it is not open yet: there is no use in sending to nobody. */
  async send(work: () => Promise<void>): Promise<void> {
    await problems.during(async () => {
      if (!this.open) await backend.openResidentWindow();
      await work();
    });
  }
}

export const resident = new ResidentState();
