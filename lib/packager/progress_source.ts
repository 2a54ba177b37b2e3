/** Progress of reading, which is all that takes amspackager long. */

import type { Progress } from "../cli/progress.ts";
import type { Source } from "../storage/source.ts";

/**
 * Wraps a source so that each read shows the progress.
 *
 * @param position of the file among the inputs: `2 of 3`
 */
export function withProgress(
  source: Source,
  position: string,
  progress: Progress | undefined,
): Source {
  if (!progress) return source;
  let bytes = 0;
  return {
    name: source.name,
    size: source.size,
    synchronous: source.synchronous,
    close: () => source.close(),
    read(offset, into) {
      bytes += into.length;
      progress.show(() => `Reading '${source.name}' (${position}): ${(bytes / 1e6).toFixed(1)} MB`);
      return source.read(offset, into);
    },
  };
}
