/** Libraries of small films, for tests of amspackager. */

import { fromFileUrl, join } from "@std/path";
import { amspackager, type Program } from "../../lib/packager/command.ts";

export const TESTDATA = fromFileUrl(new URL("../../testdata/", import.meta.url));

/** Runs `test` in an empty directory, without links in its path. */
export async function withDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Files of a film in testdata/, by what follows the stem. */
const FILES = {
  ".mp4": "ladder-avc-720p.mp4",
  "-240p.mp4": "ladder-avc-240p.mp4",
  ".fr.m4a": "ladder-aac-fra.mp4",
  ".fr.vtt": "ladder-vtt-fra.vtt",
};

/**
 * Links films of one to four files into a directory and two below it, `film 1` and so forth.
 *
 * @param source directory on the same device, which is created
 * @returns paths of the packages to write, each with the paths of its film, the owner first
 */
export async function linkFilms(
  directory: string,
  { source, count }: { readonly source: string; readonly count: number },
): Promise<Map<string, string[]>> {
  await Deno.mkdir(source);
  for (const file of Object.values(FILES)) {
    await Deno.copyFile(join(TESTDATA, file), join(source, file));
  }
  const films = new Map<string, string[]>();
  const places = ["", "a", join("a", "b")];
  for (const place of places) await Deno.mkdir(join(directory, place), { recursive: true });
  for (let i = 1; i <= count; i++) {
    const stem = join(directory, places[i % places.length]!, `film ${i}`);
    const files = Object.entries(FILES).slice(0, 1 + i % 4);
    for (const [end, file] of files) await Deno.link(join(source, file), stem + end);
    films.set(`${stem}.json`, files.map(([end]) => stem + end));
  }
  return films;
}

interface RunOptions extends Partial<Program> {
  /** Called after each line on standard output, with their number. */
  readonly onLine?: (count: number) => unknown;
}

/** Runs amspackager in this thread. */
export async function runPackager(
  args: readonly string[],
  { onLine, ...program }: RunOptions = {},
) {
  const [lines, errors]: [string[], string[]] = [[], []];
  const out = {
    line(text: string) {
      lines.push(text);
      onLine?.(lines.length);
    },
    warn: (text: string) => void errors.push(text),
  };
  const code = await amspackager(args, out, { version: "1.2.3", ...program });
  return { code, lines, errors };
}

/** Returns the texts of files, by their paths. */
export async function readTexts(paths: Iterable<string>): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const path of paths) texts.set(path, await Deno.readTextFile(path));
  return texts;
}
