/** Resolves the paths of a command line. */

import { basename, dirname, isAbsolute, join, relative, resolve, SEPARATOR } from "@std/path";
import { MediaError } from "../errors.ts";
import { UsageError } from "../cli/usage_error.ts";
import type { InputOptions } from "../input/apply_options.ts";
import { type PackagerOptions, STANDARD_OUTPUT } from "./options.ts";
import { OutputError } from "./atomic_write.ts";
import { refuseForeignFile } from "./foreign_file.ts";
import { removeQuery } from "../storage/remote/allowed_source.ts";
import type { RemotePath } from "../origins/remote_path.ts";
import { parseRemoteOutput, resolveRemoteInput } from "./resolve_remote.ts";

export interface ResolvedPaths {
  /** A name in the current directory if it is standard output; the URL without its query if that is remote. */
  readonly output: string;
  /** Absent for a local package. */
  readonly remote?: RemotePath;
  readonly inputs: readonly ResolvedInput[];
  /** Without links. */
  readonly currentDirectory: string;
}

export interface ResolvedName {
  readonly path: string;
  /** Relative to the package's directory, with `/`. */
  readonly name: string;
}

export interface ResolvedInput extends InputOptions, ResolvedName {
  /** Absent for a local file; `path` is the URL of a remote one. */
  readonly remote?: RemotePath;
}

/**
 * @throws OutputError if the package's directory does not exist
 * @throws UsageError if a file is named twice, an input is a directory, or a file that is no package would be overwritten
 * @throws MediaError if a package cannot store the name of an input
 */
export async function resolvePaths(
  { output, inputs }: Pick<PackagerOptions, "output" | "inputs">,
): Promise<ResolvedPaths> {
  const currentDirectory = await Deno.realPath(".");
  const remote = parseRemoteOutput(output);
  if (remote) {
    const resolved = inputs.map((input) => resolveRemoteInput(input, remote)!);
    await refuseRepeated(resolved, undefined);
    return { output: removeQuery(output), remote, inputs: resolved, currentDirectory };
  }
  const directory = await resolveDirectory(output);
  const path = join(directory, basename(resolve(output)));
  const resolved = await Promise.all(inputs.map((input) => resolveInput(input, directory)));
  await refuseRepeated(resolved, output === STANDARD_OUTPUT ? undefined : path);
  if (output !== STANDARD_OUTPUT) await refuseForeignFile(path, output);
  return { output: path, inputs: resolved, currentDirectory };
}

async function refuseRepeated(
  inputs: readonly ResolvedInput[],
  output: string | undefined,
): Promise<void> {
  const seen = new Set<string>();
  for (const input of inputs) {
    const real = input.remote ? input.path : await realPathIfExists(input.path);
    if (!input.remote) await refuseDirectory(real, input.file);
    if (output !== undefined && real === await realPathIfExists(output)) {
      throw new UsageError(`Cannot write '${input.file}': it is also an input`);
    }
    if (seen.has(real)) throw new UsageError(`Cannot package '${input.file}' twice`);
    seen.add(real);
  }
}

/** @param file as typed */
async function refuseDirectory(path: string, file: string): Promise<void> {
  try {
    if (!(await Deno.stat(path)).isDirectory) return;
  } catch {
    return; // opening the file says why
  }
  throw new UsageError(
    `Cannot package '${file}': it is a directory, of which --each packages the films`,
  );
}

async function resolveDirectory(output: string): Promise<string> {
  const directory = await realDirectory(output);
  if ((await Deno.stat(directory)).isDirectory) return directory;
  throw new OutputError(output, "its directory is a file");
}

async function realDirectory(output: string): Promise<string> {
  try {
    return await Deno.realPath(dirname(resolve(output)));
  } catch (error) {
    throw new OutputError(output, error);
  }
}

async function resolveInput(input: InputOptions, directory: string): Promise<ResolvedInput> {
  return resolveRemoteInput(input, undefined) ??
    { ...input, ...await resolveName(input.file, directory) };
}

/**
 * Returns the path of a file, and its name relative to the package's directory. Resolves links to directories only, so that `..` in
 * a name is correct for the server.
 *
 * @throws MediaError if a package cannot store the name
 */
export async function resolveName(
  file: string,
  directory: string,
): Promise<ResolvedName> {
  const lexical = resolve(file);
  const path = join(await realPathIfExists(dirname(lexical)), basename(lexical));
  const name = relative(directory, path).replaceAll(SEPARATOR, "/");
  if (isAbsolute(name)) {
    throw new MediaError("Cannot package a file of another drive").inFile(file);
  }
  if (name.includes("\\")) {
    throw new MediaError('Cannot package a file whose name contains "\\"').inFile(file);
  }
  return { path, name };
}

async function realPathIfExists(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch {
    return path;
  }
}
