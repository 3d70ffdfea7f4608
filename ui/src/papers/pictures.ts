import { backend } from "../backend";

interface Ask {
  key: string;
  width: number;
  tell: (picture: string | null) => void;
}

/**
 * Pictures of pages, one at a time: the page that is looked at before the small ones beside it, and of those looked at
 * only the last. Leaving the screen drops what was not begun.
 */
export class Pictures {
  #urgent: Ask | null = null;
  #calm: Ask[] = [];
  #busy = false;
  #ask: (key: string, width: number) => Promise<string | null>;

  constructor(ask = (key: string, width: number) => backend.paperPicture(key, width)) {
    this.#ask = ask;
  }

  /** Nothing, when somebody went on to another page before it was drawn. */
  want(key: string, width: number, urgent: boolean): Promise<string | null> {
    return new Promise((tell) => {
      if (urgent) {
        this.#urgent?.tell(null);
        this.#urgent = { key, width, tell };
      } else {
        this.#calm.push({ key, width, tell });
      }
      void this.#go();
    });
  }

  drop(): void {
    for (const ask of [this.#urgent, ...this.#calm]) ask?.tell(null);
    this.#urgent = null;
    this.#calm = [];
  }

  async #go(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let ask = this.#next(); ask; ask = this.#next()) {
      // What cannot be drawn stays as it is; asking for the papers again tells why.
      ask.tell(await this.#ask(ask.key, ask.width).catch(() => null));
    }
    this.#busy = false;
  }

  #next(): Ask | null {
    const ask = this.#urgent ?? this.#calm.shift() ?? null;
    if (ask === this.#urgent) this.#urgent = null;
    return ask;
  }
}
