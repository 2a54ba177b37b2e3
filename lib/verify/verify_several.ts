/** Verifies several files, one after the other, and goes on after one that cannot be read. */

import { UsageError } from "../cli/usage_error.ts";
import { KeyFileError } from "../drm/key_file.ts";
import { KeysError, MediaError } from "../errors.ts";
import type { KeyAccess } from "../presentation/protection.ts";
import { openAssetKeys } from "./asset.ts";
import { isChannelTarget } from "./channel.ts";
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
 * @param typed files and directories
 * @returns false if one differs or cannot be verified
 */
export async function verifySeveral(
  typed: readonly Target[],
  context: VerifyContext,
): Promise<boolean> {
  const { out, json, revokeNetwork } = context;
  const targets = await prepare(await listTargets(typed), context);
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
  context: VerifyContext,
): Promise<Prepared[]> {
  const { keyFile } = context;
  if (keyFile === undefined) return [...targets];
  return await Array.fromAsync(targets, async (target): Promise<Prepared> => {
    if (target.error || await isChannelTarget(target)) return target;
    try {
      return { ...target, keys: await openAssetKeys(target, keyFile, context) };
    } catch (error) {
      return { ...target, error: toExpectedError(error) };
    }
  });
}

async function verifyPrepared(
  { keys, error, ...target }: Prepared,
  context: VerifyContext,
): Promise<JsonReport | Failure> {
  const { file } = target;
  try {
    if (error) throw error;
    if (!context.json) context.out.line(`-- Verifying '${file}'`);
    return await verifyTarget(target, { ...context, keys });
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
