/** From a command line to a package file. */

import { MediaError } from "../errors.ts";
import { formatPackage } from "../package/package.ts";
import { openInputs, type OpenSource } from "../presentation/open.ts";
import { toPackage } from "../presentation/to_package.ts";
import type { Presentation } from "../presentation/presentation.ts";
import { openFile } from "../storage/local/file.ts";
import type { Source } from "../storage/source.ts";
import { type ResolvedInput, resolvePaths } from "./resolve_paths.ts";
import type { PackagerOptions } from "./options.ts";
import { replaceFile } from "./atomic_write.ts";
import type { Console } from "../cli/console.ts";
import type { Progress } from "../cli/progress.ts";
import { summarizeFile } from "./summary.ts";

/**
 * Writes the package, or throws and leaves what was there.
 *
 * @throws UsageError, OutputError, MediaError
 */
export async function createPackage(options: PackagerOptions, out: Console): Promise<void> {
  const { output, inputs } = await resolvePaths(options);
  const presentation = await openLocated(inputs, options.segmentDuration, out);
  const text = packageText(presentation);
  out.progress?.clear();
  for (const warning of presentation.warnings) warn(out, warning);
  out.line(`-- Creating package file '${options.output}'`);
  await replaceFile(output, options.output, text);
  if (!output.endsWith(".json")) warn(out, "ams serves packages whose names end in .json");
  out.line("All files has been packaged successfully");
}

/** What it says of long tracks may have to be read. */
function packageText(presentation: Presentation): string {
  try {
    return formatPackage(toPackage(presentation));
  } finally {
    presentation.close();
  }
}

function warn(out: Console, text: string): void {
  out.warn(`-- Warning: ${text}`);
}

async function openLocated(
  inputs: readonly ResolvedInput[],
  segmentDuration: number,
  out: Console,
): Promise<Presentation> {
  const places = new Map(inputs.map(({ name }, i) => [name, i]));
  const typed = (name: string) => inputs[places.get(name)!]!.file;
  const open: OpenSource = (name) => {
    const place = places.get(name)!;
    const { path, file } = inputs[place]!;
    return watched(openFile(path, file), `${place + 1} of ${inputs.length}`, out.progress);
  };
  const named = inputs.map(({ path: _, name, ...wishes }) => ({ ...wishes, file: name }));
  try {
    return await openInputs(named, {
      segmentDuration,
      open,
      onInput(input, pieces) {
        out.progress?.clear();
        summarizeFile(typed(input.file), pieces).forEach((text) => out.line(text));
      },
    });
  } catch (error) {
    const isNamed = error instanceof MediaError && places.has(error.file);
    throw isNamed ? renamed(error, typed(error.file)) : error;
  }
}

/** With the file's name as the user typed it, in place of the one that the package has for it. */
function renamed({ reason, code, path }: MediaError, file: string): MediaError {
  const error = new MediaError(reason, code);
  return (path ? error.in(path) : error).inFile(file);
}

/** Says of each read how far it is: reads are all that this program does for long. */
function watched(source: Source, place: string, progress: Progress | undefined): Source {
  if (!progress) return source;
  let bytes = 0;
  return {
    name: source.name,
    size: source.size,
    synchronous: source.synchronous,
    close: () => source.close(),
    read(offset, into) {
      bytes += into.length;
      progress.show(() => `Reading '${source.name}' (${place}): ${(bytes / 1e6).toFixed(1)} MB`);
      return source.read(offset, into);
    },
  };
}
