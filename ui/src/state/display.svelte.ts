import { backend, type Display, type TypeSize } from "../backend";
import { problems } from "./problems.svelte";

const SIZES: TypeSize[] = ["standard", "large", "largest", "twice"];

/** 文字の大きさ and 白黒反転, on the root element of the page so that every rule of the style sheet follows. */
class DisplayState {
  now = $state<Display>({ type_size: "standard", high_contrast: false });

  show(display: Display): void {
    this.now = display;
    document.documentElement.dataset.type = display.type_size;
    document.documentElement.dataset.contrast = display.high_contrast ? "high" : "standard";
  }

  async change(part: Partial<Display>): Promise<void> {
    const display = { ...this.now, ...part };
    this.show(display);
    await problems.during(() => backend.setDisplay(display));
  }

  /** One step larger (+1) or smaller (−1). */
  async step(by: 1 | -1): Promise<void> {
    const size = SIZES[SIZES.indexOf(this.now.type_size) + by];
    if (size) await this.change({ type_size: size });
  }
}

export const display = new DisplayState();
