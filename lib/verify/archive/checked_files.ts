import type { ReadableArchive } from "../../archive/file_system.ts";
import { describeSystemError } from "../../cli/system_error.ts";
import { MediaError } from "../../errors.ts";

/** Turns errors of the file system into MediaErrors, which become findings. */
export function withMediaErrors(files: ReadableArchive): ReadableArchive {
  return {
    list: (directory) => files.list(directory),
    open(path) {
      try {
        return files.open(path);
      } catch (error) {
        const why = `Cannot open this file: ${describeSystemError(error)}`;
        throw new MediaError(why, "MEDIA_MISSING").inFile(path);
      }
    },
  };
}
