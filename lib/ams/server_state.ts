/** What health and readiness report. The main thread has the only one; workers learn that it drains by a command. */

/** `draining` from the signal to stop on, until no connection is accepted any more. */
export type Phase = "starting" | "serving" | "draining" | "stopping";

export type Readiness = "ready" | "storageGone" | Exclude<Phase, "serving">;

export class ServerState {
  phase: Phase = "starting";

  /** @param isRootGone never rejects */
  constructor(readonly isRootGone: () => boolean | Promise<boolean>) {}

  /** Whether requests should be sent here, or why not. */
  async getReadiness(): Promise<Readiness> {
    const gone = this.phase === "serving" && await this.isRootGone();
    if (this.phase !== "serving") return this.phase; // it may have changed meanwhile
    return gone ? "storageGone" : "ready";
  }
}
