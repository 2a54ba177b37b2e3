import { EXIT_CODE } from "../cli/exit_code.ts";

const IS_WINDOWS = Deno.build.os === "windows";

/** Resolves at the first signal, with its name; the second one ends the process at once. */
export function waitForStopSignal(): Promise<Deno.Signal> {
  const signals: Deno.Signal[] = IS_WINDOWS ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
  return new Promise((resolve) => {
    let stopping = false;
    for (const name of signals) {
      Deno.addSignalListener(name, () => {
        if (stopping) Deno.exit(EXIT_CODE.failure);
        stopping = true;
        resolve(name);
      });
    }
  });
}

/** Windows has no such signal for services. */
export function onReloadSignal(reload: () => void): void {
  if (!IS_WINDOWS) Deno.addSignalListener("SIGHUP", reload);
}
