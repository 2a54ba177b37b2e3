/** Films of an origin that are replaced while they play, whatever validators the origin has. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { TestOrigin } from "../storage/remote/test_origin.ts";
import { type Ams, startAms } from "./ams.ts";
import { fetchAssetUrls } from "./asset_urls.ts";
import { encodeNoisyFilm } from "./noisy_film.ts";
import { closeConnections, rawRequest } from "./raw_request.ts";
import { createTemporaryDirectory } from "./temporary_directory.ts";

const FRESH_SECONDS = 2;

/** Until the new manifest; the goal is two seconds after `FRESH_SECONDS`, and the machine may be busy. */
const MAX_MS = 20_000;

const VIEWERS = 3;

const MANIFEST = ".mpd";

/** What is served of a film, by paths below it. */
type Film = ReadonlyMap<string, Uint8Array>;

interface Mode {
  readonly hasETag: boolean;
  readonly hasDate: boolean;
  readonly ignoresConditions: boolean;
}

const MODES: Readonly<Record<string, Mode>> = {
  "with ETags": { hasETag: true, hasDate: true, ignoresConditions: false },
  "with ETags, overlooks If-Match": { hasETag: true, hasDate: true, ignoresConditions: true },
  "without ETags": { hasETag: false, hasDate: true, ignoresConditions: false },
  "without ETags, overlooks dates": { hasETag: false, hasDate: true, ignoresConditions: true },
  "without validators": { hasETag: false, hasDate: false, ignoresConditions: true },
};

const open = new AsyncDisposableStack();
const origins = new Map<string, TestOrigin>();
const contents: Uint8Array[] = [];
const films: Film[] = [];
let ams: Ams;

Deno.test.beforeAll(async () => {
  const { path: root } = open.use(createTemporaryDirectory());
  for (const seed of [1, 2]) {
    const path = join(root, `${seed}.mp4`);
    await encodeNoisyFilm(path, { seconds: 24, kilobits: 800 + 100 * seed, seed });
    contents.push(await Deno.readFile(path));
  }
  const mounts: string[] = [];
  for (const [i, mode] of Object.keys(MODES).entries()) {
    const origin = open.use(await TestOrigin.start());
    origins.set(mode, origin);
    put(origin, MODES[mode]!, 0);
    mounts.push("--mount", `/${i}=${origin.url}/`);
  }
  const flags = ["--workers", "2", "--source-fresh", `${FRESH_SECONDS}`, "--no-sidecars"];
  ams = open.use(await startAms(root, ...flags, ...mounts));
  films.push(await readFilm("1.mp4"), await readFilm("2.mp4"));
});

Deno.test.afterAll(async () => {
  closeConnections();
  await open.disposeAsync();
});

/** Makes a film what the origin has. */
function put(origin: TestOrigin, { hasETag, hasDate, ignoresConditions }: Mode, film: 0 | 1) {
  origin.ignoresConditions = ignoresConditions;
  origin.files.set("/film.mp4", {
    bytes: contents[film]!,
    ...hasETag && { etag: `"${film}"` },
    ...hasDate && { modified: `Mon, 30 Nov 2026 12:00:0${film} GMT` },
  });
}

/** Fetches a manifest and its media from the document root. */
async function readFilm(name: string): Promise<Film> {
  const { media } = await fetchAssetUrls(`${ams.url}/${name}`);
  const segments = media.filter((path) => path.endsWith(".m4s"));
  assert(segments.length > 3);
  const film = new Map<string, Uint8Array>();
  for (const path of [`/${name}/${MANIFEST}`, ...segments]) {
    film.set(path.slice(name.length + 2), (await rawRequest(ams.url + path)).body);
  }
  return film;
}

/** Fetches on a connection of its own, which either worker may accept. */
async function get(mount: string, path: string): Promise<{ status: number; body: Uint8Array }> {
  return await rawRequest(`${ams.url}${mount}/film.mp4/${path}`, {
    headers: { connection: "close" },
  });
}

const listSegments = (film: Film) => [...film.keys()].filter((path) => path !== MANIFEST);

/** Returns which film a manifest is of. */
async function getManifest(mount: string): Promise<number> {
  const { status, body } = await get(mount, MANIFEST);
  assertEquals(status, 200, new TextDecoder().decode(body));
  const index = films.findIndex((film) => isEqual(film.get(MANIFEST)!, body));
  assert(index >= 0, "a manifest of neither film");
  return index;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Fetches segments of the old film again and again: they have its bytes, or are gone. */
async function view(mount: string, viewer: number, signal: AbortSignal): Promise<void> {
  const old = films[0]!;
  const segments = listSegments(old);
  for (let i = viewer; !signal.aborted; i++) {
    const path = segments[i % segments.length]!;
    const response = await get(mount, path).catch(() => undefined); // cut off
    if (!response || response.status === 404) continue;
    assertEquals(response.status, 200, new TextDecoder().decode(response.body));
    assert(isEqual(response.body, old.get(path)!), `${path} has bytes of another version`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function waitForNew(mount: string): Promise<void> {
  const since = performance.now();
  while (await getManifest(mount) === 0) {
    assert(performance.now() - since < MAX_MS, "the manifest is still the old one");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** All segments of the new film, twice at the same time. */
async function fetchNew(mount: string): Promise<void> {
  const film = films[1]!;
  const segments = listSegments(film);
  await Promise.all([...segments, ...segments].map(async (path) => {
    const { status, body } = await get(mount, path);
    assertEquals(status, 200, `${path}: ${new TextDecoder().decode(body.subarray(0, 200))}`);
    assert(isEqual(body, film.get(path)!), `${path} has wrong bytes`);
  }));
}

async function replace(name: string): Promise<void> {
  const mount = `/${Object.keys(MODES).indexOf(name)}`;
  for (let i = 0; i < 4; i++) assertEquals(await getManifest(mount), 0);
  await get(mount, listSegments(films[0]!)[0]!); // others are not cached
  const ended = new AbortController();
  const viewers = Array.from({ length: VIEWERS }, (_, i) => view(mount, i + 1, ended.signal));
  try {
    put(origins.get(name)!, MODES[name]!, 1);
    await waitForNew(mount);
    await fetchNew(mount);
  } finally {
    ended.abort();
    await Promise.all(viewers);
  }
}

Deno.test("the new manifest comes soon, its segments are right at once, and old URLs have old bytes or none", async () => {
  await Promise.all(Object.keys(MODES).map(replace));
});
