/** The command `amspackager verify`. */

import type { Console } from "../cli/console.ts";
import { parseVerifyOptions, VERIFY_HELP } from "./options.ts";
import { formatJsonReport, formatReport } from "./report.ts";
import { openPresentation } from "./asset.ts";
import { verify } from "./verification.ts";
import { GENERATORS, type Generators } from "./generators.ts";

export interface VerifyProgram {
  readonly version: string;
  readonly generators?: Generators;
  /** Gives up the permission to connect, before media is read; default: does nothing. */
  readonly revokeNetwork?: () => void;
}

/**
 * @returns false if there are differences
 * @throws UsageError, MediaError
 */
export async function verifyCommand(
  args: readonly string[],
  out: Console,
  { version, generators = GENERATORS, revokeNetwork }: VerifyProgram,
): Promise<boolean> {
  const options = parseVerifyOptions(args);
  if (options === "help") {
    out.line(VERIFY_HELP);
    return true;
  }
  if (options === "version") {
    out.line(`amspackager ${version}`);
    return true;
  }
  const { file, json, keys } = options;
  if (!json) out.line(`-- Verifying '${file}'`);
  const began = performance.now();
  const { presentation, media, changedFiles, operator } = await openPresentation(file, {
    keyFile: keys,
    revokeNetwork,
  });
  const watch = (rendition: string, segment: number, segments: number) =>
    out.progress?.show(() => `Verifying '${rendition}': segment ${segment + 1} of ${segments}`);
  try {
    const inputs = { watch, generators, changedFiles, operator };
    const verification = await verify(presentation, inputs);
    const subject = { file, seconds: (performance.now() - began) / 1000 };
    out.progress?.clear();
    if (json) out.line(formatJsonReport(verification, subject));
    else formatReport(verification, subject).forEach((text) => out.line(text));
    return verification.differenceCount === 0;
  } finally {
    media.close();
  }
}
