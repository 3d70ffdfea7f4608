import { asProblem, type Problem } from "../backend";

/** What went wrong and has not been read yet. One at a time: the newest is what the officer just did. */
class Problems {
  now = $state<Problem | null>(null);

  tell(thrown: unknown): void {
    this.now = asProblem(thrown);
  }

  close(): void {
    this.now = null;
  }

  /** Runs a piece of work; a refusal goes to the error surface. True when it was done. */
  async during(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (thrown) {
      this.tell(thrown);
      return false;
    }
  }
}

export const problems = new Problems();
