/** Resolves the paths of a command line. */

import { basename, dirname, isAbsolute, join, relative, resolve, SEPARATOR } from "@std/path";
import { MediaError } from "../errors.ts";
import { UsageError } from "../cli/usage_error.ts";
import { isPackage } from "../url/path.ts";
import type { InputOptions } from "../input/apply_options.ts";
import { type PackagerOptions, STANDARD_OUTPUT } from "./options.ts";
import { OutputError } from "./atomic_write.ts";

export interface ResolvedPaths {
  /** A name in the current directory if it is standard output. */
  readonly output: string;
  readonly inputs: readonly ResolvedInput[];
  /** Without links. */
  readonly currentDirectory: string;
}

export interface ResolvedName {
  readonly path: string;
  /** Relative to the package's directory, with `/`. */
  readonly name: string;
}

export interface ResolvedInput extends InputOptions, ResolvedName {}

/**
 * @throws OutputError if the package's directory does not exist
 * @throws UsageError if a file is named twice, or a file that is no package would be overwritten
 * @throws MediaError if a package cannot store the name of an input
 */
export async function resolvePaths(
  { output, inputs }: Pick<PackagerOptions, "output" | "inputs">,
): Promise<ResolvedPaths> {
  const directory = await resolveDirectory(output);
  const path = join(directory, basename(resolve(output)));
  const seen = new Set<string>();
  const resolved = await Promise.all(inputs.map((input) => resolveInput(input, directory)));
  for (const input of resolved) {
    const real = await realPathIfExists(input.path);
    if (output !== STANDARD_OUTPUT && real === await realPathIfExists(path)) {
      throw new UsageError(`Cannot write '${input.file}': it is also an input`);
    }
    if (seen.has(real)) throw new UsageError(`Cannot package '${input.file}' twice`);
    seen.add(real);
  }
  if (output !== STANDARD_OUTPUT) await refuseMediaFile(path, output);
  return { output: path, inputs: resolved, currentDirectory: await Deno.realPath(".") };
}

/** A mistyped command line must not overwrite media. JSON starts with "{". */
async function refuseMediaFile(path: string, output: string): Promise<void> {
  if (isPackage(path)) return;
  const start = await readStart(path);
  if (start === undefined || /^\s*(\{|$)/.test(start)) return;
  throw new UsageError(
    `Cannot use -o ${JSON.stringify(output)}: this file exists and is no package, ` +
      "expected a name that ends in .json",
  );
}

/** Returns undefined for what is not a regular file, and a text that is no package if it cannot be read. */
async function readStart(path: string): Promise<string | undefined> {
  try {
    if (!(await Deno.stat(path)).isFile) return undefined;
    using file = await Deno.open(path);
    const bytes = new Uint8Array(64);
    return new TextDecoder().decode(bytes.subarray(0, await file.read(bytes) ?? 0));
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? undefined : "unreadable";
  }
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
  return { ...input, ...await resolveName(input.file, directory) };
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
