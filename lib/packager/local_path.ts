/** Types of values that are files and directories of this machine. */

import { isAbsoluteUrl } from "../storage/remote/allowed_source.ts";

export const LOCAL_FILE = {
  expected: "a local file",
  parse: (file: string): string | undefined => isAbsoluteUrl(file) ? undefined : file,
};

export const LOCAL_DIRECTORY = {
  expected: "a local directory",
  parse: (directory: string): string | undefined =>
    directory === "" || isAbsoluteUrl(directory) ? undefined : directory,
};
