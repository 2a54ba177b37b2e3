/** Where the files of a command line are, and what the package calls them. */

import { basename, dirname, isAbsolute, join, relative, resolve, SEPARATOR } from "@std/path";
import { MediaError } from "../errors.ts";
import { UsageError } from "../cli/usage_error.ts";
import type { InputOptions } from "../input/apply_options.ts";
import type { PackagerOptions } from "./options.ts";
import { OutputError } from "./atomic_write.ts";

export interface ResolvedPaths {
  /** Absolute path of the package file. */
  readonly output: string;
  readonly inputs: readonly ResolvedInput[];
}

export interface ResolvedInput extends InputOptions {
  /** Absolute. */
  readonly path: string;
  /** Relative to the package's folder, with `/`. */
  readonly name: string;
}

/**
 * @throws OutputError when the package's folder is not there
 * @throws UsageError when a file is named twice
 * @throws MediaError when a package has no way to name an input
 */
export async function resolvePaths({ output, inputs }: PackagerOptions): Promise<ResolvedPaths> {
  const folder = await outputFolder(output);
  const path = join(folder, basename(resolve(output)));
  const seen = new Set<string>();
  const located = await Promise.all(inputs.map((input) => locateInput(input, folder)));
  for (const input of located) {
    const real = await realPath(input.path);
    if (real === await realPath(path)) {
      throw new UsageError(`Cannot write over '${input.file}': it is an input as well`);
    }
    if (seen.has(real)) throw new UsageError(`Cannot package '${input.file}' twice`);
    seen.add(real);
  }
  return { output: path, inputs: located };
}

async function outputFolder(output: string): Promise<string> {
  const folder = await realFolder(output);
  if ((await Deno.stat(folder)).isDirectory) return folder;
  throw new OutputError(output, "its folder is a file");
}

async function realFolder(output: string): Promise<string> {
  try {
    return await Deno.realPath(dirname(resolve(output)));
  } catch (error) {
    throw new OutputError(output, error);
  }
}

/** Folders are real ones, so that `..` in a name leads where a server will look for it; a link to a file stays one. */
async function locateInput(input: InputOptions, folder: string): Promise<ResolvedInput> {
  const lexical = resolve(input.file);
  const path = join(await realPath(dirname(lexical)), basename(lexical));
  const name = relative(folder, path).replaceAll(SEPARATOR, "/");
  if (isAbsolute(name)) {
    throw new MediaError("Cannot name a file of another drive in a package").inFile(input.file);
  }
  if (name.includes("\\")) {
    throw new MediaError('Cannot name a file in a package that has a "\\"').inFile(input.file);
  }
  return { ...input, path, name };
}

/** The path itself where nothing is: who opens it says so, and why. */
async function realPath(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch {
    return path;
  }
}
