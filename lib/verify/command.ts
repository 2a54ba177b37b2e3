/** The command `amspackager verify`. */

import type { Console } from "../cli/console.ts";
import { UsageError } from "../cli/usage_error.ts";
import { verifyArchive } from "./archive/verify_archive.ts";
import { openVerifiedChannel, type VerifiedChannel } from "./channel.ts";
import { parseVerifyOptions, VERIFY_HELP, type VerifyOptions } from "./options.ts";
import { formatJsonReport, formatReport } from "./report.ts";
import { openPresentation } from "./asset.ts";
import { type Verification, verify } from "./verification.ts";
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
  using channel = await openVerifiedChannel(file);
  if (channel && keys !== undefined) {
    throw new UsageError("Cannot use --keys: channels are not protected");
  }
  const verification = channel
    ? await verifyChannel(channel, { out, generators, revokeNetwork })
    : await verifyAsset(options, { out, generators, revokeNetwork });
  const subject = { file, seconds: (performance.now() - began) / 1000 };
  out.progress?.clear();
  if (json) out.line(formatJsonReport(verification, subject));
  else formatReport(verification, subject).forEach((text) => out.line(text));
  return verification.differenceCount === 0;
}

interface VerifyInputs {
  readonly out: Console;
  readonly generators: Generators;
  readonly revokeNetwork: (() => void) | undefined;
}

async function verifyChannel(
  { files, openManifests }: VerifiedChannel,
  { out, generators, revokeNetwork }: VerifyInputs,
): Promise<Verification> {
  revokeNetwork?.();
  const watch = (text: string) => out.progress?.show(() => `Verifying ${text}`);
  return await verifyArchive(files, { generators, watch, openManifests });
}

async function verifyAsset(
  { file, keys }: VerifyOptions,
  { out, generators, revokeNetwork }: VerifyInputs,
): Promise<Verification> {
  const { presentation, media, changedFiles, operator } = await openPresentation(file, {
    keyFile: keys,
    revokeNetwork,
  });
  const watch = (rendition: string, segment: number, segments: number) =>
    out.progress?.show(() => `Verifying '${rendition}': segment ${segment + 1} of ${segments}`);
  try {
    return await verify(presentation, { watch, generators, changedFiles, operator });
  } finally {
    media.close();
  }
}
