import { asProblem, type Problem } from "../backend";

/** Nobody is signed in; the officer is away. The covered screen says so itself. */
const UNSEATED = ["STAFF-01", "STAFF-02"];

/** What went wrong and has not been read yet. One at a time: the newest is what the officer just did. */
class Problems {
  now = $state<Problem | null>(null);
  /** Called when a refusal shows that nobody is at work any more. */
  unseated: () => void = () => {};
  #seat = 0;

  tell(thrown: unknown): void {
    const problem = asProblem(thrown);
    if (UNSEATED.includes(problem.code)) this.unseated();
    else this.now = problem;
  }

  close(): void {
    this.now = null;
  }

  /** Somebody else sits here now, or nobody: what was said to the one before, and what they left under way, is over. */
  changeSeats(): void {
    this.#seat += 1;
    this.now = null;
  }

  /** Runs a piece of work; a refusal goes to the error surface. True when it was done. */
  async during(work: () => Promise<void>): Promise<boolean> {
    const seat = this.#seat;
    try {
      await work();
      return true;
    } catch (thrown) {
      if (seat === this.#seat) this.tell(thrown);
      return false;
    }
  }
}

export const problems = new Problems();
