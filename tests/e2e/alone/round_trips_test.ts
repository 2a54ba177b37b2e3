/** How many requests a film of a web server takes, and how many of them wait for others: this decides how soon it starts. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { type Ams, amspackager, startAms, TESTDATA } from "../ams.ts";
import { fetchAssetUrls } from "../asset_urls.ts";
import { type CountingProxy, startCountingProxy } from "../counting_proxy.ts";
import { type Nginx, startStaticNginx } from "../nginx.ts";
import { eventually } from "../page_driver.ts";
import { LADDER, LADDER_FILES } from "../root.ts";
import { createTemporaryDirectory } from "../temporary_directory.ts";

const LATENCY_MS = 150;

/** A busy machine may send requests that belong together one after the other. */
const TRIES = 3;

const FILES = [...LADDER_FILES.videos, ...LADDER_FILES.english, ...LADDER_FILES.french];

/** A film whose segments of half a megabyte are longer than what the first request of a file returns. */
const FILM = "film.json";

const directory = createTemporaryDirectory();
const root = join(directory.path, "root");
const empty = join(directory.path, "empty");
let nginx: Nginx;
let origin: CountingProxy;

/** Paths of media segments of video, in order. */
const segments: Record<string, string[]> = {};

Deno.test.beforeAll(async () => {
  await Deno.chmod(directory.path, 0o755); // workers of nginx have another user
  await Deno.mkdir(root);
  await Deno.mkdir(empty);
  for (const name of FILES) await Deno.copyFile(join(TESTDATA, name), join(root, name));
  await encodeFilm(join(root, "film.mp4"));
  nginx = await startStaticNginx(root);
  for (const [name, files, seconds] of [[LADDER, FILES, "2"], [FILM, ["film.mp4"], "6"]] as const) {
    await amspackager(root, "-o", name, "-d", seconds, ...files.flatMap((file) => ["-i", file]));
    await amspackager(root, "seal", "--from", `${nginx.url}/`, name);
  }
  origin = await startCountingProxy(nginx.url, LATENCY_MS);
  await using local = await startAms(root, "--workers", "1");
  for (const name of [LADDER, FILM]) {
    const { media } = await fetchAssetUrls(`${local.url}/${name}`);
    segments[name] = media.filter((path) => /\/video[^/]*\/\d+\.m4s$/.test(path));
  }
  assert(segments[FILM]!.length > 12);
});

Deno.test.afterAll(async () => {
  await origin?.[Symbol.asyncDispose]();
  await nginx?.[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
});

/** Noise, so that segments have the size of their bitrate. */
async function encodeFilm(path: string): Promise<void> {
  const source = "testsrc2=s=320x180:r=25:d=96,noise=alls=20:allf=t";
  const { success, stderr } = await new Deno.Command("ffmpeg", {
    args: [
      ...["-v", "error", "-f", "lavfi", "-i", source, "-f", "lavfi", "-i", "sine=d=96"],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-b:v", "700k", "-g", "50", "-c:a", "aac"],
      ...["-pix_fmt", "yuv420p", "-movflags", "+faststart", path],
    ],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

const start = (...args: string[]) => {
  const mount = ["--mount", `/remote=${origin.url}/`, "--source-fresh", "600"];
  return startAms(empty, "--workers", "2", ...mount, ...args);
};

interface Counted {
  readonly requests: number;
  readonly roundTrips: number;
  readonly bytes: number;
}

/** Fetches paths of the mount at the same time, and counts what that takes. */
async function count(ams: Ams, ...paths: string[]): Promise<Counted> {
  origin.take();
  await Promise.all(paths.map(async (path) => {
    const response = await fetch(`${ams.url}/remote${path}`);
    await response.arrayBuffer();
    assertEquals(response.status, 200, path);
  }));
  const { requests, roundTrips, bytes } = origin.take();
  return { requests: requests.length, roundTrips, bytes };
}

/** Paths that are fetched, and what they may take. */
interface Step {
  readonly what: string;
  readonly paths: () => string[];
  readonly roundTrips: number;
  readonly requests: number;
}

const STEPS: Readonly<Record<string, readonly Step[]>> = {
  [LADDER]: [
    {
      what: "the manifest of a sealed ladder",
      paths: () => [`/${LADDER}/.mpd`],
      roundTrips: 2,
      requests: 1 + FILES.length,
    },
    {
      what: "its other manifests",
      paths: () => [`/${LADDER}/.m3u8`, `/${LADDER}/Manifest`, `/${LADDER}/.mpd`],
      roundTrips: 1,
      requests: FILES.length, // of the other worker, which asks for validators at most
    },
  ],
  [FILM]: [
    {
      what: "the manifest of a sealed film",
      paths: () => [`/${FILM}/.mpd`],
      roundTrips: 2,
      requests: 2,
    },
    {
      what: "the first segment",
      paths: () => [segments[FILM]![0]!],
      roundTrips: 2,
      requests: 3,
    },
    {
      what: "the next segment",
      paths: () => [segments[FILM]![1]!],
      roundTrips: 1,
      requests: 1,
    },
    {
      what: "segments that are there",
      paths: () => [segments[FILM]![0]!, segments[FILM]![1]!, `/${FILM}/master.m3u8`],
      roundTrips: 0,
      requests: 0,
    },
    {
      what: "24 clients of a cold segment",
      paths: () => Array.from({ length: 24 }, () => segments[FILM]![3]!),
      roundTrips: 2,
      requests: 3,
    },
    {
      what: "eight cold segments at once",
      paths: () => segments[FILM]!.slice(5, 13),
      roundTrips: 3,
      requests: 16,
    },
  ],
};

for (const [name, steps] of Object.entries(STEPS)) {
  Deno.test(`${name} of a web server takes few requests, and fewer round trips`, async () => {
    for (let left = TRIES;; left--) {
      await using ams = await start();
      const counted: Counted[] = [];
      for (const { paths } of steps) counted.push(await count(ams, ...paths()));
      const exceeded = steps.flatMap(({ what, roundTrips, requests }, i) => {
        const found = counted[i]!;
        const fits = found.roundTrips <= roundTrips && found.requests <= requests;
        return fits ? [] : [`${what}: ${JSON.stringify(found)}`];
      });
      if (exceeded.length > 0 && left > 1) continue;
      assertEquals(exceeded, []);
      return;
    }
  });
}

Deno.test("after a restart with --source-disk, a web server is asked for validators alone", async () => {
  const disk = ["--source-disk", join(directory.path, "blocks")];
  await Deno.mkdir(join(directory.path, "blocks"));
  const paths = [`/${FILM}/.mpd`, ...segments[FILM]!.slice(0, 3)];
  {
    await using first = await start(...disk);
    const { bytes } = await count(first, ...paths);
    assert(bytes > 1_000_000);
    const isStored = (size: number) => size > bytes - 2 * 65536; // the first requests are of parts of blocks
    await eventually(() => readSize(join(directory.path, "blocks")), isStored);
  }
  await using second = await start(...disk);
  const { bytes } = await count(second, ...paths);
  assert(bytes < 2 * 65536, `${bytes}`); // the first requests for package and film
});

/** Returns the size of all files below a directory. */
async function readSize(path: string): Promise<number> {
  let size = 0;
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    const child = join(path, name);
    try {
      size += isDirectory ? await readSize(child) : (await Deno.stat(child)).size;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // it was renamed
    }
  }
  return size;
}
