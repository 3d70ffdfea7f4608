/** The officer's 文字盤: off until somebody wants it, and then under whatever field was touched last. */
class PadState {
  on = $state(false);
  #field: HTMLInputElement | HTMLTextAreaElement | null = null;

  /** Where it writes: the field with the focus, or the last one that had it and is still there. */
  field = () => (this.#field?.isConnected ? this.#field : null);

  /** Hears of every focus. Passwords are not for a pad that everybody can watch. */
  touched(target: EventTarget | null): void {
    const text =
      target instanceof HTMLTextAreaElement ||
      (target instanceof HTMLInputElement && TEXT.includes(target.type));
    if (text) this.#field = target as HTMLInputElement | HTMLTextAreaElement;
  }
}

const TEXT = ["text", "search", "tel"];

export const pad = new PadState();
