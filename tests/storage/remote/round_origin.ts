/** An origin whose responses take one round trip each. */

import { MemoryOrigin } from "./memory_origin.ts";

/** Turns of the event loop without another request, after which all that were sent are answered. */
const IDLE_TURNS = 12;

export class RoundOrigin extends MemoryOrigin {
  /** Times that requests were answered: round trips one after the other. */
  rounds = 0;
  #waiting: (() => void)[] = [];

  constructor() {
    super();
    this.onRequest = () => this.#wait();
  }

  /** Counts what `run` requests. */
  async measure(
    run: () => Promise<unknown>,
  ): Promise<{ rounds: number; requests: number; bytes: number }> {
    const before = [this.rounds, this.count(), this.sentBytes] as const;
    await run();
    return {
      rounds: this.rounds - before[0],
      requests: this.count() - before[1],
      bytes: this.sentBytes - before[2],
    };
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) this.#answerWhenIdle();
    });
  }

  async #answerWhenIdle(): Promise<void> {
    let known = 0;
    for (let turns = 0; turns < IDLE_TURNS; turns++) {
      if (this.#waiting.length > known) turns = 0;
      known = this.#waiting.length;
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    this.rounds++;
    for (const answer of this.#waiting.splice(0)) answer();
  }
}
