/**
 * Formats a command that converts a file, to be copied from a message into a shell: `ffmpeg -i clip.mkv -c copy clip.mp4`.
 *
 * @param extension of the output, `.mp4`; an output that would be the input gets another name
 * @param inputOptions before `-i`
 */
export function formatFfmpegCommand(
  file: string,
  { options, extension, inputOptions = "" }: {
    options: string;
    extension: string;
    inputOptions?: string;
  },
): string {
  const input = file.startsWith("-") ? `./${file}` : file;
  return [
    "ffmpeg",
    inputOptions,
    "-i",
    quoteForShell(input),
    options,
    quoteForShell(rename(input, extension)),
  ]
    .filter(Boolean).join(" ");
}

function rename(file: string, extension: string): string {
  const base = file.replace(/(?<=[^/])\.[^./]*$/, "");
  return base + extension === file ? `${base}-new${extension}` : base + extension;
}

/** Quotes an argument for a POSIX shell, if it needs that. */
export function quoteForShell(argument: string): string {
  return /^[\w./@%+=:,-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
