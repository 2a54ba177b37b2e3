/** Media in other containers than MP4, which AMS does not stream. */

import { quoteShellArgument } from "./urls.js";

/** Options of ffmpeg by extension: tracks are copied, and text subtitles get the format of MP4. */
const OPTIONS = new Map([
  ["avi", "-c copy"],
  ["flv", "-c copy"],
  ["m2ts", "-c copy"],
  ["mkv", "-c copy -c:s mov_text"],
  ["mpeg", "-c copy"],
  ["mpg", "-c copy"],
  ["mts", "-c copy"],
  ["ts", "-c copy"],
  ["webm", "-c copy -c:s mov_text"],
]);

/**
 * Returns the command that puts the tracks of a file into an MP4 file; undefined for files that are no such media.
 *
 * @param {string} name
 * @param {boolean} windows whether the shell is that of Windows
 */
export function formatRemuxCommand(name, windows) {
  const [, base, extension] = /^(.+)\.([^.]+)$/.exec(name) ?? [];
  const options = extension && OPTIONS.get(extension.toLowerCase());
  if (base === undefined || !options) return undefined;
  const [input, output] = [name, `${base}.mp4`].map((file) =>
    quoteShellArgument(file.startsWith("-") ? `./${file}` : file, windows)
  );
  return `ffmpeg -i ${input} ${options} ${output}`;
}
