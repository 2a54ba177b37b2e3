import { EXIT_CODE } from "../cli/exit_code.ts";

/** Resolves at the first signal; the second one ends the process at once. */
export function waitForStopSignal(): Promise<void> {
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM"];
  return new Promise((resolve) => {
    let stopping = false;
    for (const name of signals) {
      Deno.addSignalListener(name, () => {
        if (stopping) Deno.exit(EXIT_CODE.failure);
        stopping = true;
        resolve();
      });
    }
  });
}
