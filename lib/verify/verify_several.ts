/** Verifies several files, one after the other, and goes on after one that cannot be read. */

import { UsageError } from "../cli/usage_error.ts";
import { KeyFileError } from "../drm/key_file.ts";
import { KeysError, MediaError } from "../errors.ts";
import type { KeyAccess } from "../presentation/protection.ts";
import { openAssetKeys } from "./asset.ts";
import { isChannelPath } from "./channel.ts";
import { formatTotals, type JsonReport } from "./report.ts";
import { listTargets, type Target } from "./targets.ts";
import { type VerifyContext, verifyTarget } from "./verify_target.ts";

/** A target and its keys. */
interface Prepared extends Target {
  readonly keys?: KeyAccess | undefined;
}

interface Failure {
  readonly file: string;
  readonly error: string;
}

/**
 * @param paths of files and directories
 * @returns false if one differs or cannot be verified
 */
export async function verifySeveral(
  paths: readonly string[],
  context: VerifyContext,
): Promise<boolean> {
  const { out, json, keyFile, revokeNetwork } = context;
  const targets = await prepare(await listTargets(paths), keyFile);
  revokeNetwork?.();
  const results: (JsonReport | Failure)[] = [];
  for (const target of targets) {
    const result = await verifyPrepared(target, context);
    if ("error" in result) out.warn(`amspackager: ${result.error}`);
    results.push(result);
  }
  if (json) out.line(JSON.stringify(results, null, 2));
  const [failed, reports] = [results.filter(isFailure), results.filter((it) => !isFailure(it))];
  const same = reports.filter((report) => "same" in report && report.same).length;
  if (!json) {
    out.line(formatTotals({ same, different: reports.length - same, failed: failed.length }));
  }
  return same === results.length;
}

function isFailure(result: JsonReport | Failure): result is Failure {
  return "error" in result;
}

/** Gets all keys first, since nothing connects once media is read. */
async function prepare(
  targets: readonly Target[],
  keyFile: string | undefined,
): Promise<Prepared[]> {
  if (keyFile === undefined) return [...targets];
  return await Array.fromAsync(targets, async (target): Promise<Prepared> => {
    if (target.error || await isChannelPath(target.file)) return target;
    try {
      return { ...target, keys: await openAssetKeys(target.file, keyFile) };
    } catch (error) {
      return { ...target, error: toExpectedError(error) };
    }
  });
}

async function verifyPrepared(
  { file, keys, error }: Prepared,
  context: VerifyContext,
): Promise<JsonReport | Failure> {
  try {
    if (error) throw error;
    if (!context.json) context.out.line(`-- Verifying '${file}'`);
    return await verifyTarget(file, { ...context, keys });
  } catch (error) {
    context.out.progress?.clear();
    const { message } = toExpectedError(error);
    return { file, error: message.startsWith(`${file}: `) ? message : `${file}: ${message}` };
  }
}

/** @throws any other error */
function toExpectedError(error: unknown): Error {
  if (error instanceof MediaError || error instanceof UsageError) return error;
  if (error instanceof KeyFileError || error instanceof KeysError) return error;
  throw error;
}
