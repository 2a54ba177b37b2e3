/** The command `ams check`: tests what `ams` needs to serve, without listening on its port. */

import { AccessControl } from "../access/access_control.ts";
import { parseCommandLine } from "../cli/command_line.ts";
import { EXIT_CODE } from "../cli/exit_code.ts";
import { formatHelp } from "../cli/help.ts";
import type { OptionSources } from "../cli/option_layers.ts";
import { type Command, readOptions } from "../cli/option_table.ts";
import { type HaveSamePolicy, OtherPolicyError } from "../library/access_policy.ts";
import type { LibraryKeys } from "../library/asset_loader.ts";
import { createGetKeys } from "../keys/key_sources.ts";
import { describeError } from "../log/message_line.ts";
import { AccessSource } from "./access_source.ts";
import { type CheckedFile, checkFiles, type CheckFilesOptions } from "./check_files.ts";
import { CheckedSources } from "./check_sources.ts";
import { describeReadableKeyFile, readKeyFileOrFail } from "./key_service.ts";
import { AMS_COMMAND } from "./ams_command.ts";
import { type AmsOptions, readAmsOptions } from "./options.ts";
import { ingests, testRecording } from "./recording_setup.ts";
import { resolveRoot } from "./root_directory.ts";
import { hasRemoteRoot, listOrigins, signsRequests } from "./source_options.ts";
import { checkSources } from "./source_setup.ts";
import { checkCertificate, checkKeyServing, readCertificate } from "./setup.ts";

const { "print-config": _, ...SERVE_OPTIONS } = AMS_COMMAND.options;

const FILES_OPTION = {
  files: {
    default: true,
    help: "Do not open the packages and media files",
    layers: ["flag"],
  },
} as const;

export const CHECK_COMMAND = {
  name: "ams check",
  summary: "check the configuration, the certificate, the document root, its files and the sources",
  usage: ["[DIRECTORY] [options]"],
  example: "--config /etc/ams.json --no-files",
  options: { ...FILES_OPTION, ...SERVE_OPTIONS },
  operandType: AMS_COMMAND.operandType,
} as const satisfies Command;

export interface CheckOutput {
  write(text: string): Promise<void>;
}

interface CheckContext {
  readonly version: string;
  readonly sources: OptionSources;
  /** Called unless a directory for recordings has to be tested. */
  readonly revokeWriting?: () => void;
  /** Called unless a bucket needs credentials. */
  readonly revokeCredentialSources?: () => void;
}

/**
 * Writes a line for each file that cannot be served, and for each warning.
 *
 * @returns the exit code: 1 if a file cannot be served
 * @throws UsageError, SetupError
 */
export async function check(
  args: readonly string[],
  out: CheckOutput,
  { version, sources, revokeWriting, revokeCredentialSources }: CheckContext,
): Promise<number> {
  const line = parseCommandLine(CHECK_COMMAND, args);
  if (typeof line === "string") {
    revokeWriting?.();
    revokeCredentialSources?.();
    await out.write(line === "help" ? `${formatHelp(CHECK_COMMAND)}\n` : `ams ${version}\n`);
    return EXIT_CODE.success;
  }
  const options = readAmsOptions(line, sources);
  if (!ingests(options) && !options.sources.disk) revokeWriting?.();
  if (!listOrigins(options.sources).some(signsRequests)) revokeCredentialSources?.();
  checkKeyServing(options);
  checkCertificate(options, readCertificate(options.certificate));
  const haveSamePolicy = options.auth === undefined
    ? undefined
    : await checkAuth(options.auth, out);
  const root = hasRemoteRoot(options.sources) ? undefined : resolveRoot(options.root);
  const keys = options.keys === undefined ? undefined : await checkKeys(options, root, out);
  const setup = checkSources(options.sources, root);
  if (root !== undefined) await checkIngest(options, root, out);
  const messages: string[] = [];
  const onMessage = (message: string) => void messages.push(message);
  using checked = new CheckedSources({ setup, root, limits: options.sources, onMessage });
  const areUsable = await checkOrigins(checked, messages, out);
  if (!readOptions(FILES_OPTION, line.uses).files) return EXIT_CODE.success; // ams starts in any case
  const areServed = await checkAssets(checked, { ...options, haveSamePolicy, keys }, out);
  await writeLines(messages.splice(0), out);
  return areServed && areUsable ? EXIT_CODE.success : EXIT_CODE.failure;
}

/**
 * Writes a line for the origin of each mount, after those about credentials.
 *
 * @returns whether all can be used
 */
async function checkOrigins(
  checked: CheckedSources,
  messages: string[],
  out: CheckOutput,
): Promise<boolean> {
  const probes = await checked.probe();
  await writeLines([...messages.splice(0), ...probes.map(({ message }) => message)], out);
  return probes.every(({ isUsable }) => isUsable);
}

async function writeLines(lines: readonly string[], out: CheckOutput): Promise<void> {
  for (const line of lines) await out.write(`${line}\n`);
}

/** Returns whether all of them can be served. */
async function checkAssets(
  { storage, localPaths }: CheckedSources,
  options: Omit<CheckFilesOptions, "paths">,
  out: CheckOutput,
): Promise<boolean> {
  let [count, failures] = [0, 0];
  for await (const checked of checkFiles(storage, { ...options, paths: localPaths })) {
    count++;
    if (checked.error !== undefined) failures++;
    await writeLines(formatFindings(checked), out);
  }
  if (localPaths.length > 0) await out.write(`Assets: ${count}, cannot be served: ${failures}\n`);
  return failures === 0;
}

/**
 * Writes a line for each URL of keys that cannot be read, without which `ams` starts.
 *
 * @returns the function that compares the policies of files
 * @throws SetupError if the auth file or a file of keys cannot be used
 */
async function checkAuth(file: string, out: CheckOutput): Promise<HaveSamePolicy> {
  const messages: string[] = [];
  const source = new AccessSource(file, { onMessage: (message) => messages.push(message) });
  const apply = await source.read();
  await writeLines(messages, out);
  return new AccessControl(apply()).haveSamePolicy;
}

/**
 * Writes a line if other users can read the key file.
 *
 * @returns how protected packages get their keys
 * @throws SetupError if the key file cannot be used
 */
async function checkKeys(
  { keys, serveKeys }: AmsOptions,
  root: string | undefined,
  out: CheckOutput,
): Promise<LibraryKeys> {
  const content = readKeyFileOrFail(keys!, root);
  if (content.isReadableByOthers) await out.write(`${describeReadableKeyFile(keys!)}\n`);
  return { getKeys: createGetKeys(content, root), servesKeys: serveKeys !== undefined };
}

/**
 * Writes a line for each address that is in use, as while `ams` runs.
 *
 * @throws SetupError if encoders could not publish
 */
async function checkIngest(options: AmsOptions, root: string, out: CheckOutput): Promise<void> {
  const messages: string[] = [];
  testRecording(options, root, (message) => messages.push(message));
  await writeLines(messages, out);
}

function formatFindings({ file, warnings, error }: CheckedFile): string[] {
  const texts = error === undefined ? warnings : [describe(error), ...warnings];
  const ownName = `${file.slice(file.lastIndexOf("/") + 1)}: `;
  return texts.map((text) => {
    const reason = text.startsWith(ownName) ? text.slice(ownName.length) : text;
    return `${file}: ${reason}`.replace(/\p{Cc}/gu, "?");
  });
}

function describe(error: unknown): string {
  return error instanceof OtherPolicyError ? error.warning : describeError(error);
}
