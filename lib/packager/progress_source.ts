/** Shows the progress of reading inputs, and ends it. */

import type { Progress } from "../cli/progress.ts";
import type { Source } from "../storage/source.ts";

export interface ReadWatch {
  /** In the progress line: `1 of 2`. */
  readonly position: string;
  readonly progress?: Progress | undefined;
  /** Called before each read, which fails with what it throws. */
  readonly check?: (() => void) | undefined;
}

export function watchReads(source: Source, { position, progress, check }: ReadWatch): Source {
  if (!progress && !check) return source;
  let bytes = 0;
  return {
    name: source.name,
    size: source.size,
    etag: source.etag,
    synchronous: source.synchronous,
    close: () => source.close(),
    read(offset, into) {
      check?.();
      bytes += into.length;
      progress?.show(() =>
        `Reading '${source.name}' (${position}): ${(bytes / 1e6).toFixed(1)} MB`
      );
      return source.read(offset, into);
    },
  };
}
