/** Verifies a package, a channel or a media file, and prints a report. */

import type { Console } from "../cli/console.ts";
import { UsageError } from "../cli/usage_error.ts";
import type { KeyAccess } from "../presentation/protection.ts";
import { verifyArchive } from "./archive/verify_archive.ts";
import { openAssetKeys, openPresentation, type OriginAccess } from "./asset.ts";
import { isChannelTarget, openVerifiedChannel, type VerifiedChannel } from "./channel.ts";
import type { Generators } from "./generators.ts";
import { formatReport, type JsonReport, toJsonReport } from "./report.ts";
import type { Target } from "./targets.ts";
import { type Verification, verify } from "./verification.ts";

export interface VerifyContext extends OriginAccess {
  readonly out: Console;
  readonly generators: Generators;
  /** Prints JSON instead of text. */
  readonly json: boolean;
  /** Verifies media files with those that belong to them by name. */
  readonly sidecars: boolean;
  /** Path of the key file. */
  readonly keyFile: string | undefined;
  readonly revokeNetwork: (() => void) | undefined;
}

/**
 * @returns false if there are differences
 * @throws MediaError that names the file; KeyFileError, KeysError; UsageError for keys that are missing, or of a channel
 */
export async function verifySingle(target: Target, context: VerifyContext): Promise<boolean> {
  const { keyFile, json, out, revokeNetwork } = context;
  if (!json) out.line(`-- Verifying '${target.file}'`);
  if (keyFile !== undefined && await isChannelTarget(target)) {
    throw new UsageError("Cannot use --keys: channels are not protected");
  }
  const keys = keyFile === undefined ? undefined : await openAssetKeys(target, keyFile, context);
  revokeNetwork?.();
  const report = await verifyTarget(target, { ...context, keys });
  if (json) out.line(JSON.stringify(report, null, 2));
  return report.same;
}

type TargetContext = Omit<VerifyContext, "keyFile" | "revokeNetwork"> & {
  readonly keys: KeyAccess | undefined;
};

/** Prints a report as text, unless it is to be JSON, and returns it. @throws as `verifySingle()` */
export async function verifyTarget(target: Target, context: TargetContext): Promise<JsonReport> {
  const { out, json } = context;
  const { file, remote } = target;
  const began = performance.now();
  using channel = remote ? undefined : await openVerifiedChannel(file);
  const verification = channel
    ? await verifyChannel(channel, context)
    : await verifyAsset(target, context);
  const subject = { file, seconds: (performance.now() - began) / 1000 };
  out.progress?.clear();
  if (!json) formatReport(verification, subject).forEach((text) => out.line(text));
  return toJsonReport(verification, subject);
}

async function verifyChannel(
  { files, openManifests }: VerifiedChannel,
  { out, generators }: TargetContext,
): Promise<Verification> {
  const watch = (text: string) => out.progress?.show(() => `Verifying ${text}`);
  return await verifyArchive(files, { generators, watch, openManifests });
}

async function verifyAsset(
  target: Target,
  { out, generators, ...options }: TargetContext,
): Promise<Verification> {
  const watchReads = (text: string) => out.progress?.show(() => text);
  const opened = await openPresentation(target, { ...options, watch: watchReads });
  const { presentation, media, ...expected } = opened;
  const watch = (rendition: string, segment: number, segments: number) =>
    out.progress?.show(() => `Verifying '${rendition}': segment ${segment + 1} of ${segments}`);
  try {
    return await verify(presentation, { watch, generators, ...expected });
  } finally {
    media.close();
  }
}
