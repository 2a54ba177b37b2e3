import { basename, isAbsolute, normalize, resolve, SEPARATOR } from "@std/path";
import { DEFAULT_CHANNELS_DIRECTORY } from "../library/channel_paths.ts";

/**
 * Returns the path of a channel file in the document root, percent-encoded. The root is unknown: it is taken to contain the nearest
 * directory above the file that is named as that of channels by default; without one, to be the current directory; and if the file is
 * not in a directory below that, to contain the file's directory, since no channel is in the root itself.
 */
export function getChannelUrlPath(file: string, currentDirectory: string): string {
  return listNames(file, currentDirectory).map((name) => encodeURIComponent(name)).join("/");
}

function listNames(file: string, currentDirectory: string): string[] {
  const directories = resolve(currentDirectory, file).split(SEPARATOR);
  const name = directories.pop()!;
  const channels = directories.lastIndexOf(DEFAULT_CHANNELS_DIRECTORY);
  if (channels >= 0) return [...directories.slice(channels), name];
  const relative = normalize(file).split(SEPARATOR);
  const isBelow = !isAbsolute(file) && relative[0] !== ".." && relative.length > 1;
  if (isBelow) return relative;
  return [basename(directories.join(SEPARATOR)), name].filter((name) => name !== "");
}
