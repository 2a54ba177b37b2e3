/** Shows the progress of reading inputs. */

import type { Progress } from "../cli/progress.ts";
import type { Source } from "../storage/source.ts";

export function withProgress(
  source: Source,
  positionText: string,
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
      progress.show(() =>
        `Reading '${source.name}' (${positionText}): ${(bytes / 1e6).toFixed(1)} MB`
      );
      return source.read(offset, into);
    },
  };
}
