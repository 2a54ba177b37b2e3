/** The command `amspackager channel`. */

import { createHash } from "node:crypto";
import { dirname } from "@std/path";
import { type Console, createMessageConsole } from "../cli/console.ts";
import { quoteArgument, UsageError } from "../cli/usage_error.ts";
import { formatChannelFile } from "../package/channel_file.ts";
import { isPackage } from "../url/path.ts";
import { OutputError, replaceFile } from "./atomic_write.ts";
import { CHANNEL_HELP, type ChannelOptions, parseChannelOptions } from "./channel_options.ts";
import { formatChannelGuide } from "./channel_guide.ts";
import { getChannelUrlPath } from "./channel_url_path.ts";

/**
 * Writes a channel file and prints how to use it.
 *
 * @throws UsageError, OutputError
 */
export async function channelCommand(
  args: readonly string[],
  out: Console,
  { version, createKey = createStreamKey }: { version: string; createKey?: () => string },
): Promise<void> {
  const options = parseChannelOptions(args);
  if (options === "help") out.line(CHANNEL_HELP);
  else if (options === "version") out.line(`amspackager ${version}`);
  else await createChannel(options, createMessageConsole(out), createKey);
}

async function createChannel(
  { output, key: given, ...settings }: ChannelOptions,
  out: Console,
  createKey: () => string,
): Promise<void> {
  if (!isPackage(output)) {
    throw new UsageError(
      `Cannot use -o ${quoteArgument(output)}: expected a name that ends in .json`,
    );
  }
  await refuseExisting(output);
  const key = given ?? createKey();
  const publishers = [{ name: "main", key: `sha256:${hash(key)}` }];
  const { label, ...others } = settings;
  const text = formatChannelFile({ ...label !== undefined && { label }, ...others, publishers });
  await createDirectory(output);
  await replaceFile(output, output, text);
  out.line(`-- Creating channel file '${output}'`);
  const { segmentDuration } = settings;
  const path = getChannelUrlPath(output, Deno.cwd());
  for (const line of formatChannelGuide({ path, key, segmentDuration })) {
    out.line(line);
  }
}

/** A channel file may have been edited, and its encoders know their keys. */
async function refuseExisting(output: string): Promise<void> {
  try {
    await Deno.lstat(output);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw new OutputError(output, error);
  }
  throw new OutputError(output, "it exists; edit it, or remove it first");
}

/** Creates the directory of channels for the first one, as ams does. */
async function createDirectory(output: string): Promise<void> {
  try {
    await Deno.mkdir(dirname(output));
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return;
    throw new OutputError(output, error);
  }
}

/** Returns 24 characters of `A-Za-z0-9_-`. */
function createStreamKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return bytes.toBase64({ alphabet: "base64url" });
}

function hash(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
