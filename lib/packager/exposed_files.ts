/** Media files of a protected package that `ams` would refuse to protect, since clients can download them. */

import { dirname, relative, SEPARATOR } from "@std/path";
import type { ResolvedInput } from "./resolve_paths.ts";

type ProtectedInput = Pick<ResolvedInput, "path" | "file" | "name" | "remote">;

/**
 * Warns about files whose real path, from any document root that contains the package, has no name that starts with a dot. Whether `ams`
 * shows a file that the package names by its URL is not known.
 *
 * @param output path of the package, in a directory without links
 */
export async function warnExposedFiles(
  inputs: readonly ProtectedInput[],
  output: string,
): Promise<string[]> {
  const exposed: string[] = [];
  for (const input of inputs) {
    const isHidden = (name: string) => name.startsWith(".") && name !== "..";
    if (!(await splitPath(input, output)).some(isHidden)) exposed.push(input.file);
  }
  const [first, ...others] = exposed;
  if (first === undefined) return [];
  const files = others.length === 0 ? "this file" : `this file and ${others.length} more`;
  return [
    `${first}: clients can download ${files} in the clear, so ams responds with ` +
    "PACKAGE_EXPOSED; move media to a directory whose name starts with a dot, such as .media, " +
    "or run ams with --packages-only",
  ];
}

async function splitPath({ path, name, remote }: ProtectedInput, output: string) {
  if (remote) return name.split("/");
  return relative(dirname(output), await Deno.realPath(path)).split(SEPARATOR);
}
