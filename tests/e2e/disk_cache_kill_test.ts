/** ams is killed while it writes the disk cache of a source: after a restart, nothing that is there is wrong. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { TestOrigin } from "../storage/remote/test_origin.ts";
import { type Ams, startAms } from "./ams.ts";
import { fetchAssetUrls } from "./asset_urls.ts";
import { encodeNoisyFilm } from "./noisy_film.ts";
import { createTemporaryDirectory } from "./temporary_directory.ts";

/** Each has a film of its own, so that there is something to write. */
const KILLS = 2;

const toName = (kill: number) => `film-${kill}.mp4`;

/** Bytes by paths below a film. */
type Film = ReadonlyMap<string, Uint8Array>;

async function readFilm(url: string): Promise<Film> {
  const { media } = await fetchAssetUrls(url);
  const { origin, pathname } = new URL(url);
  const film = new Map<string, Uint8Array>();
  for (const path of media.filter((it) => it.endsWith(".m4s"))) {
    film.set(path.slice(pathname.length), await (await fetch(origin + path)).bytes());
  }
  return film;
}

/** Fetches all segments of a film at the same time. */
async function compare(ams: Ams, name: string, film: Film): Promise<void> {
  await Promise.all(Array.from(film, async ([path, expected]) => {
    const response = await fetch(`${ams.url}/remote/${name}${path}`);
    const bytes = await response.bytes();
    assertEquals(response.status, 200);
    assert(
      bytes.length === expected.length && bytes.every((byte, i) => byte === expected[i]),
      path,
    );
  }));
}

/** Kills ams as soon as something has been written. */
async function killWhileWriting(ams: Ams, cache: string, name: string, film: Film): Promise<void> {
  const before = countFiles(cache);
  const clients = compare(ams, name, film).then(() => "complete", () => "cut off");
  while (countFiles(cache) === before) await new Promise((resolve) => setTimeout(resolve, 1));
  Deno.kill(ams.pid, "SIGKILL");
  await clients;
}

function countFiles(directory: string): number {
  let count = 0;
  for (const { name, isDirectory } of Deno.readDirSync(directory)) {
    count += isDirectory ? countFiles(join(directory, name)) : 1;
  }
  return count;
}

Deno.test("blocks on disk are right after ams was killed while it wrote them", async () => {
  using directory = createTemporaryDirectory();
  await using origin = await TestOrigin.start();
  const [root, cache] = ["root", "cache"].map((name) => join(directory.path, name)) as [
    string,
    string,
  ];
  for (const path of [root, cache]) await Deno.mkdir(path);
  await encodeNoisyFilm(join(root, "film.mp4"), { seconds: 24, kilobits: 3000 });
  const bytes = await Deno.readFile(join(root, "film.mp4"));
  for (let i = 0; i < KILLS; i++) origin.files.set(`/${toName(i)}`, { bytes, etag: `"${i}"` });
  const mount = ["--mount", `/remote=${origin.url}/`, "--source-disk", cache];
  const start = () => startAms(root, "--workers", "2", "--no-sidecars", ...mount);
  let film: Film | undefined;
  for (let i = 0; i < KILLS; i++) {
    await using ams = await start();
    film ??= await readFilm(`${ams.url}/film.mp4`);
    await killWhileWriting(ams, cache, toName(i), film);
  }
  await using ams = await start();
  for (let i = 0; i < KILLS; i++) await compare(ams, toName(i), film!);
});
