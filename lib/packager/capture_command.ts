/** The command `amspackager capture`. */

import { type Console, createMessageConsole } from "../cli/console.ts";
import { capture } from "./capture.ts";
import { CAPTURE_HELP, parseCaptureOptions } from "./capture_options.ts";

/** @throws UsageError, OutputError, MediaError */
export async function captureCommand(
  args: readonly string[],
  out: Console,
  { version, watchSignals }: {
    readonly version: string;
    readonly watchSignals?: () => AbortSignal;
  },
): Promise<void> {
  const options = parseCaptureOptions(args);
  if (options === "help") out.line(CAPTURE_HELP);
  else if (options === "version") out.line(`amspackager ${version}`);
  else await capture(options, createMessageConsole(out), { signal: watchSignals?.() });
}
