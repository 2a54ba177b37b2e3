/** Qualities in file names: `film-720p.mp4`, `film_480.mp4`, `Film (2020) - [1080p].mp4`, `film.f137.mp4` of yt-dlp. */

/** A name without the quality at its end. */
export interface SplitQuality {
  readonly stem: string;
  /** Height of the video in pixels; 0 if the quality names none. */
  readonly height: number;
}

/** Heights that are written without `p`: other numbers count parts and years. */
const HEIGHTS = new Set([144, 240, 270, 288, 360, 432, 480, 540, 576, 720, 1080, 1440, 2160, 4320]);

const HEIGHT_BY_NAME = new Map([
  ["sd", 480],
  ["hd", 720],
  ["fhd", 1080],
  ["2k", 1440],
  ["uhd", 2160],
  ["4k", 2160],
  ["8k", 4320],
]);

const QUALITY = new RegExp(
  "^(?:" + [
    "(?<height>[1-9][0-9]{2,3})[pi](?:[0-9]{2,3})?", // 1080p60
    "[1-9][0-9]{2,3}x(?<rows>[1-9][0-9]{2,3})", // 1280x720
    "(?<named>sd|hd|fhd|uhd|[248]k)",
    "[1-9][0-9]{1,4}k(?:bps|bit)?", // 1500k
  ].join("|") + ")$",
  "i",
);

/** Formats of yt-dlp with `-k`, or without ffmpeg. */
const FORMAT = /^f[1-9][0-9]{1,2}$/;

const SEPARATORS = " ._-";

/**
 * Splits a name without its extension. Returns undefined if no quality is at its end.
 *
 * @param isSeries returns true if files with this prefix, up to the number, are numbered, so that it is no quality
 */
export function splitQuality(
  name: string,
  isSeries: (prefix: string) => boolean,
): SplitQuality | undefined {
  const { stem, separator, word } = splitLastWord(name);
  if (stem === "") return undefined;
  const marked = QUALITY.exec(word.replace(/^\[(.*)\]$|^\((.*)\)$/, "$1$2"))?.groups;
  if (marked) return { stem, height: getHeight(marked) };
  const isPlain = separator !== " " && isHeight(word) && !isSeries(`${stem}${separator}`);
  if (isPlain) return { stem, height: Number(word) };
  return separator === "." && FORMAT.test(word) ? { stem, height: 0 } : undefined;
}

/** Returns true for a name that is a quality: `720p`, `480`. */
export function isQualityName(name: string): boolean {
  return QUALITY.test(name) || isHeight(name);
}

/** Returns true if a height alone is at the end of a name, as in `film_480` and `IMG_1080`. */
export function endsInHeight(name: string): boolean {
  return isHeight(splitLastWord(name).word);
}

/** Returns what is before the number at the end of a name, if it is no quality: such files are a series. */
export function getSeriesPrefix(name: string): string | undefined {
  const { stem, separator, word } = splitLastWord(name);
  const isNumbered = stem !== "" && /^[0-9]+$/.test(word) && !isHeight(word);
  return isNumbered ? `${stem}${separator}` : undefined;
}

interface LastWord {
  readonly stem: string;
  /** The last one. */
  readonly separator: string;
  readonly word: string;
}

/** Splits `Film (2020) - 720p` into `Film (2020)` and `720p`. The stem is "" if there is one word only. */
function splitLastWord(name: string): LastWord {
  let at = name.length;
  while (at > 0 && !SEPARATORS.includes(name[at - 1]!)) at--;
  let end = at;
  while (end > 0 && SEPARATORS.includes(name[end - 1]!)) end--;
  return { stem: name.slice(0, end), separator: name[at - 1] ?? "", word: name.slice(at) };
}

function getHeight({ height, rows, named = "" }: Readonly<Record<string, string>>): number {
  return Number(height ?? rows ?? HEIGHT_BY_NAME.get(named.toLowerCase()) ?? 0);
}

/** `0480` counts files. */
function isHeight(word: string): boolean {
  return /^[1-9][0-9]+$/.test(word) && HEIGHTS.has(Number(word));
}
