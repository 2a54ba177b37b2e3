/** How many requests a film of a web server takes, and how many of them wait for others: this decides how soon it starts. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { PLAYREADY_TEST_SEED } from "../../drm/vectors.ts";
import { type Ams, amspackager, startAms } from "../ams.ts";
import { fetchAssetUrls } from "../asset_urls.ts";
import { type CountingProxy, startCountingProxy } from "../counting_proxy.ts";
import { type Nginx, startStaticNginx } from "../nginx.ts";
import { eventually } from "../page_driver.ts";
import { FILES, FIRST, FRAGMENTED, LAST, SUBTITLES, writeFilms } from "../remote_films.ts";
import { LADDER } from "../root.ts";
import { createTemporaryDirectory } from "../temporary_directory.ts";

const LATENCY_MS = 150;

/** A busy machine may send requests that belong together one after the other. */
const TRIES = 3;

const KEYS = ["--protect", "cenc", "--content", "film", "--key-source", "house"];

/** Arguments of amspackager, by package. */
const PACKAGES = {
  [LADDER]: ["-d", "2", ...toInputs(FILES)],
  "unsealed.json": ["-d", "2", ...toInputs(FILES)],
  "film.json": ["-d", "6", ...toInputs([FIRST])],
  "hours.json": ["-d", "6", ...toInputs(["hours.mp4"])],
  "subtitles.json": ["-d", "6", ...toInputs([LAST, ...SUBTITLES])],
  "protected.json": ["-d", "6", ...KEYS, ...toInputs([FIRST, LAST])],
};

type Name = keyof typeof PACKAGES;

const directory = createTemporaryDirectory();
const root = join(directory.path, "root");
const empty = join(directory.path, "empty");
const keys = join(directory.path, "keys.json");
let nginx: Nginx;
let origin: CountingProxy;

/** Paths of media segments of video, in order. */
const segments: Record<string, string[]> = {};

Deno.test.beforeAll(async () => {
  await Deno.chmod(directory.path, 0o755); // workers of nginx have another user
  await Deno.mkdir(root);
  await Deno.mkdir(empty);
  await writeFilms(root);
  const house = { seed: PLAYREADY_TEST_SEED, systems: ["widevine"] };
  await Deno.writeTextFile(keys, JSON.stringify({ ams: 1, sources: { house } }), { mode: 0o600 });
  nginx = await startStaticNginx(root);
  for (const [name, args] of Object.entries(PACKAGES)) {
    await amspackager(root, "-o", name, ...args);
    if (name !== "unsealed.json") await amspackager(root, "seal", "--from", `${nginx.url}/`, name);
  }
  origin = await startCountingProxy(nginx.url, LATENCY_MS);
  await using local = await startAms(root, "--workers", "1");
  for (const name of [LADDER, "film.json", "hours.json"]) {
    const { media } = await fetchAssetUrls(`${local.url}/${name}`);
    segments[name] = media.filter((path) => /\/video[^/]*\/\d+\.m4s$/.test(path));
  }
  assert(segments["film.json"]!.length > 12 && segments["hours.json"]!.length > 5000);
});

Deno.test.afterAll(async () => {
  await origin?.[Symbol.asyncDispose]();
  await nginx?.[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
});

function toInputs(files: readonly string[]): string[] {
  return files.flatMap((file) => ["-i", file]);
}

/** @param freshSeconds default: nothing is looked at twice */
function start(args: readonly string[] = [], freshSeconds = 600): Promise<Ams> {
  const mount = ["--mount", `/remote=${origin.url}/`, "--source-fresh", String(freshSeconds)];
  return startAms(empty, "--workers", "2", ...mount, ...args);
}

interface Counted {
  readonly requests: number;
  readonly roundTrips: number;
  /** From the origin. */
  readonly bytes: number;
  /** Bytes of the responses of ams. */
  readonly size: number;
}

/** Fetches paths of the mount at the same time, and counts what that takes. */
async function count(ams: Ams, ...paths: string[]): Promise<Counted> {
  origin.take();
  const sizes = await Promise.all(paths.map(async (path) => {
    const response = await fetch(`${ams.url}/remote${path}`);
    const body = await response.arrayBuffer();
    assertEquals(response.status, 200, path);
    return body.byteLength;
  }));
  const { requests, roundTrips, bytes } = origin.take();
  const size = sizes.reduce((sum, size) => sum + size, 0);
  return { requests: requests.length, roundTrips, bytes, size };
}

/** Paths that are fetched one step after the other, and what they may take. */
interface Step {
  readonly what: string;
  readonly paths: () => string[];
  readonly roundTrips: number;
  readonly requests: number;
  /** Default: any number. */
  readonly bytes?: (size: number) => number;
}

const MB = 2 ** 20;

function manifest(asset: string, bounds: Omit<Step, "what" | "paths">): Step {
  return { what: "the manifest", paths: () => [`/${asset}/.mpd`], ...bounds };
}

/** Manifests, playlists and segments that were fetched before, by any worker. */
function again(asset: string, ...numbers: number[]): Step {
  const names = [".mpd", ".m3u8", "Manifest", "about.json", ".mpd", ".m3u8", "Manifest"];
  return {
    what: "what is there",
    paths: () => [
      ...names.map((name) => `/${asset}/${name}`),
      ...numbers.flatMap((number) => Array(3).fill(segments[asset]![number]!)),
    ],
    roundTrips: 0,
    requests: 0,
  };
}

function segment(what: string, asset: Name, number: number, ofHours = false): Step {
  return {
    what,
    paths: () => [segments[asset]![number]!],
    roundTrips: 2,
    requests: ofHours ? 6 : 3,
    bytes: (size) => ofHours ? 2 * MB : 2 * size + MB / 2,
  };
}

function next(asset: Name, number: number): Step {
  return {
    what: `the segment after the ${number}th`,
    paths: () => [segments[asset]![number]!],
    roundTrips: 1,
    requests: 1,
    bytes: (size) => 1.5 * size + MB / 4,
  };
}

function clients(asset: Name, number: number, requests: number): Step {
  const paths = () => Array.from({ length: 24 }, () => segments[asset]![number]!);
  return { what: "24 clients of a cold segment", paths, roundTrips: 2, requests };
}

interface Group {
  readonly flags?: readonly string[];
  /** By asset. No two have a file in common. */
  readonly assets: Readonly<Record<string, readonly Step[]>>;
}

const GROUPS: Readonly<Record<string, Group>> = {
  "sealed packages and a bare file with its moov last": {
    assets: {
      [LADDER]: [
        manifest(LADDER, { roundTrips: 2, requests: 1 + FILES.length }),
        again(LADDER),
      ],
      [LAST]: [manifest(LAST, { roundTrips: 4, requests: 22 }), again(LAST)],
      "film.json": [
        manifest("film.json", { roundTrips: 2, requests: 2 }),
        segment("the first segment", "film.json", 0),
        next("film.json", 1),
        again("film.json", 0, 1),
        clients("film.json", 3, 3),
        {
          what: "eight cold segments at once",
          paths: () => segments["film.json"]!.slice(5, 13),
          roundTrips: 3,
          requests: 16,
        },
      ],
      "hours.json": [
        manifest("hours.json", { roundTrips: 2, requests: 2, bytes: () => MB }),
        segment("the first segment", "hours.json", 0, true),
        next("hours.json", 1),
        segment("a segment of the second hour", "hours.json", 700, true),
        segment("a segment of the last hour", "hours.json", 5600, true),
        next("hours.json", 5601),
        again("hours.json", 0, 1, 700, 5600),
        clients("hours.json", 3300, 4), // three tables, whose rows are megabytes apart, and samples: not 3
      ],
    },
  },
  "a package without a seal, bare files, and subtitles that no index has": {
    assets: {
      "unsealed.json": [
        manifest("unsealed.json", { roundTrips: 4, requests: 1 + 20 * FILES.length }),
        again("unsealed.json"),
      ],
      // not 3 and 22: a request for each of 48 fragments
      [FRAGMENTED]: [manifest(FRAGMENTED, { roundTrips: 4, requests: 80 }), again(FRAGMENTED)],
      [FIRST]: [manifest(FIRST, { roundTrips: 3, requests: 22 }), again(FIRST)],
      // not 2: the subtitles of all files are one round trip more
      "subtitles.json": [manifest("subtitles.json", { roundTrips: 3, requests: 4 + 2 })],
    },
  },
  "protected video": {
    flags: ["--keys", keys, "--packages-only"],
    assets: {
      // not 2: the first segments of all video are one round trip more; the rows of one are at the end of its file
      "protected.json": [manifest("protected.json", { roundTrips: 3, requests: 3 + 3 })],
    },
  },
};

for (const [name, { flags, assets }] of Object.entries(GROUPS)) {
  Deno.test(`a web server with ${name} gets few requests, and fewer round trips`, async () => {
    for (let left = TRIES;; left--) {
      await using ams = await start(flags);
      const exceeded: string[] = [];
      for (const [asset, steps] of Object.entries(assets)) {
        for (const step of steps) {
          const found = await count(ams, ...step.paths());
          if (!fits(step, found)) exceeded.push(`${asset}: ${step.what}: ${JSON.stringify(found)}`);
        }
      }
      if (exceeded.length > 0 && left > 1) continue;
      assertEquals(exceeded, []);
      return;
    }
  });
}

function fits({ roundTrips, requests, bytes }: Step, found: Counted): boolean {
  const isSmall = !bytes || found.bytes <= bytes(found.size);
  return found.roundTrips <= roundTrips && found.requests <= requests && isSmall;
}

Deno.test("viewers of a hot asset wait for no look at its files, of which there is one in each --source-fresh", async () => {
  const [freshMs, durationMs] = [1000, 5000];
  await using ams = await start([], freshMs / 1000);
  const paths = [`/${LADDER}/.mpd`, segments[LADDER]![0]!];
  await count(ams, ...paths);
  origin.latencyMs = 1500;
  origin.take();
  const begin = Date.now();
  let slowest = 0;
  while (Date.now() < begin + durationMs) {
    const before = Date.now();
    await Promise.all(paths.map(async (path) => {
      const response = await fetch(`${ams.url}/remote${path}`);
      await response.arrayBuffer();
      assertEquals(response.status, 200);
    }));
    slowest = Math.max(slowest, Date.now() - before);
  }
  const { requests } = origin.take();
  origin.latencyMs = LATENCY_MS;
  assert(slowest < 1400, `${slowest} ms`);
  const looks = Map.groupBy(requests, ({ path }) => path);
  assert(looks.size === 1 + FILES.length, [...looks.keys()].join());
  for (const [path, { length }] of looks) assert(length <= 1 + durationMs / freshMs, path);
});

Deno.test("after a restart with --source-disk, a web server is asked for validators alone", async () => {
  const disk = ["--source-disk", join(directory.path, "blocks")];
  await Deno.mkdir(join(directory.path, "blocks"));
  const paths = ["/film.json/.mpd", ...segments["film.json"]!.slice(0, 3)];
  {
    await using first = await start(disk);
    const { bytes } = await count(first, ...paths);
    assert(bytes > MB);
    const isStored = (size: number) => size > bytes - 2 * 65536; // the first requests are of parts of blocks
    await eventually(() => readSize(join(directory.path, "blocks")), isStored);
  }
  await using second = await start(disk);
  const { bytes, requests } = await count(second, ...paths);
  assertEquals([bytes, requests], [0, 2]);
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
