import { backend, type StoryShown } from "../backend";

/** The story being played (練習の課題), and how far its tasks are. */
class PlayingState {
  now = $state<StoryShown | null>(null);
  /** Folded away, so that the screen beside it has its full width. */
  folded = $state(false);

  /** Looks again: something may have been done in the case. A story is never worth an error on the screen. */
  async look(): Promise<void> {
    try {
      this.now = await backend.story();
    } catch {
      this.now = null;
    }
  }

  async play(id: string | null): Promise<void> {
    this.now = await backend.play(id);
    this.folded = false;
  }
}

export const playing = new PlayingState();
