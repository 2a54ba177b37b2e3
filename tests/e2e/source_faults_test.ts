/** Each fault of an origin through ams: the right bytes or an error that says what is wrong, soon, and other mounts go on. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { type FaultName, FAULTS } from "../storage/remote/origin_faults.ts";
import { TestOrigin } from "../storage/remote/test_origin.ts";
import { type Ams, startAms } from "./ams.ts";
import { fetchAssetUrls } from "./asset_urls.ts";
import { encodeNoisyFilm } from "./noisy_film.ts";
import { eventually } from "./page_driver.ts";
import { createTemporaryDirectory } from "./temporary_directory.ts";

/** Goals are 10 s of a request that fails, and 0.4 s of another mount; the machine may be busy. */
const MAX_MS = 30_000;
const MAX_OTHER_MS = 5000;

const MAX_REQUESTS = 12;

/** `fetch()` repeats each request on a kept connection by itself; a film that seems to be another one is opened again. */
const MAX_REPEATED = 36;

/** Faults that last seconds. */
const SLOW: readonly FaultName[] = ["silent", "2 KB/s", "429"];

/** Other faults that are met at the same time. */
const LANES = 4;

/** What no reason may name. */
const BUCKET = "hidden-bucket";
const PREFIX = "hidden-prefix";

/** Status and code of an error; "" for the right bytes. */
type Code = string;

const RIGHT: Code = "";
const UNAVAILABLE: Code = "503 SOURCE_UNAVAILABLE";
const INVALID: Code = "502 SOURCE_INVALID";
const DENIED: Code = "502 SOURCE_DENIED";
const MISSING: Code = "404 NOT_FOUND";

/** While the fault lasts: of the manifest of a film that is not open, and of a segment that is not cached. */
const ALWAYS: Readonly<Record<FaultName, readonly [manifest: Code, segment: Code]>> = {
  "500": [UNAVAILABLE, UNAVAILABLE],
  "503": [UNAVAILABLE, UNAVAILABLE],
  "503 of S3": [UNAVAILABLE, UNAVAILABLE],
  "429": [UNAVAILABLE, UNAVAILABLE],
  reset: [UNAVAILABLE, UNAVAILABLE],
  half: [UNAVAILABLE, UNAVAILABLE],
  silent: [UNAVAILABLE, UNAVAILABLE],
  "2 KB/s": [UNAVAILABLE, UNAVAILABLE],
  "fewer bytes": [INVALID, INVALID],
  "more bytes": [INVALID, INVALID],
  chunked: [RIGHT, RIGHT],
  "another range": [INVALID, INVALID],
  "no range": [INVALID, INVALID],
  "another size": [INVALID, INVALID],
  "all of the file": [INVALID, INVALID],
  gzip: [INVALID, INVALID],
  "aws-chunked": [RIGHT, RIGHT],
  "an empty coding": [RIGHT, RIGHT],
  "a weak ETag": [RIGHT, RIGHT],
  "another ETag": [INVALID, INVALID], // which the origin itself does not find
  "no ETag": [RIGHT, INVALID],
  "no validators": [RIGHT, INVALID],
  "401": [DENIED, DENIED],
  "403": [DENIED, DENIED],
  "403 AccessDenied": [MISSING, MISSING],
  "403 SignatureDoesNotMatch": [DENIED, DENIED],
  "403 RequestTimeTooSkewed": [DENIED, DENIED],
  "400 AuthorizationHeaderMalformed": [DENIED, DENIED],
  "301 without Location": [DENIED, DENIED],
  "404": [MISSING, MISSING],
  "412": [INVALID, INVALID],
  "416": [INVALID, INVALID],
  "a redirect": [INVALID, INVALID],
  "a redirect elsewhere": [INVALID, INVALID],
};

/** Faults after which another attempt succeeds; after others it may. */
const RETRIED: readonly FaultName[] = [
  ...["500", "503", "503 of S3", "429", "reset", "half", "silent", "2 KB/s"] as const,
  ...["fewer bytes", "a redirect"] as const,
];

const NAMES = Object.keys(FAULTS) as FaultName[];

/** Errors of S3 come from a bucket. */
const isOfS3 = (name: FaultName) => /^[345]\d\d .*[A-Z]/.test(name);

const open = new AsyncDisposableStack();
const origins = new Map<FaultName, TestOrigin>();
let ams: Ams;
let film: Uint8Array;

/** Below the film. */
let segment: string;
const expected = new Map<string, Uint8Array>();

const FILMS = ["m1.mp4", "m2.mp4", "s1.mp4", "s2.mp4"];

const MANIFEST = ".mpd";

Deno.test.beforeAll(async () => {
  const { path: root } = open.use(createTemporaryDirectory());
  await encodeNoisyFilm(join(root, "film.mp4"), { seconds: 32, kilobits: 1000 });
  film = await Deno.readFile(join(root, "film.mp4"));
  const mounts: string[] = [];
  const start = async (mount: string, isS3: boolean) => {
    const origin = open.use(await TestOrigin.start());
    const prefix = isS3 ? `/${BUCKET}/${PREFIX}` : `/${PREFIX}`;
    const file = { bytes: film, etag: '"1"', modified: "Mon, 30 Nov 2026 12:00:00 GMT" };
    for (const name of FILMS) origin.files.set(`${prefix}/${name}`, file);
    const source = isS3
      ? `s3:/${prefix}?endpoint=${origin.url}&credentials=anonymous`
      : `${origin.url}${prefix}/`;
    mounts.push("--mount", `${mount}=${source}`);
    return origin;
  };
  await start("/healthy", false);
  for (const [i, name] of NAMES.entries()) origins.set(name, await start(`/${i}`, isOfS3(name)));
  const flags = ["--workers", "2", "--source-fresh", "600", "--no-sidecars"];
  ams = open.use(await startAms(root, ...flags, ...mounts));
  const { media } = await fetchAssetUrls(`${ams.url}/film.mp4`);
  segment = media.filter((path) => /\/video[^/]*\/\d+\.m4s$/.test(path))[3]!
    .slice("/film.mp4/".length);
  for (const path of [MANIFEST, segment]) {
    expected.set(path, await (await fetch(`${ams.url}/film.mp4/${path}`)).bytes());
  }
});

Deno.test.afterAll(() => open.disposeAsync());

/** Returns the code of the error; "" for the right bytes. */
async function get(mount: string, name: string, path: string): Promise<Code> {
  const response = await fetch(`${ams.url}${mount}/${name}/${path}`);
  const body = await response.bytes();
  if (response.ok) {
    assertEquals(body, expected.get(path), `${mount} ${path}`);
    return "";
  }
  const text = new TextDecoder().decode(body);
  assert(!/hidden|127\.0\.0\.1|localhost/.test(text), text);
  return `${response.status} ${response.headers.get("ams-error")}`;
}

/** Waits for the right bytes: a busy machine may be an origin without a response. */
async function getWell(mount: string, name: string, path: string): Promise<void> {
  await eventually(() => get(mount, name, path), (code) => code === "");
}

interface Step {
  readonly what: string;
  readonly code: Code;
  readonly allowed: readonly Code[];
  readonly ms: number;
  readonly requests: number;
}

/** Films that are not open, or of which no media is cached. */
const STEPS = [
  { times: 1, film: "m1.mp4", path: () => MANIFEST, column: 0 },
  { times: 1, film: "s1.mp4", path: () => segment, column: 1 },
  { times: Infinity, film: "m2.mp4", path: () => MANIFEST, column: 0 },
  { times: Infinity, film: "s2.mp4", path: () => segment, column: 1 },
] as const;

function getAllowed(name: FaultName, times: number, column: 0 | 1): readonly Code[] {
  if (times === 1 && RETRIED.includes(name)) return [RIGHT];
  const code = ALWAYS[name][column];
  return times === 1 ? [RIGHT, code] : [code];
}

async function meet(name: FaultName): Promise<Step[]> {
  const mount = `/${NAMES.indexOf(name)}`;
  const origin = origins.get(name)!;
  for (const film of ["s1.mp4", "s2.mp4"]) await getWell(mount, film, MANIFEST);
  const steps: Step[] = [];
  for (const { times, film, path, column } of STEPS) {
    const before = origin.requests.length;
    const since = performance.now();
    origin.fail(name, times);
    const code = await get(mount, film, path());
    steps.push({
      what: `${name}, ${times === 1 ? "once" : "always"}, ${column === 0 ? "manifest" : "segment"}`,
      code,
      allowed: getAllowed(name, times, column),
      ms: performance.now() - since,
      requests: origin.requests.length - before,
    });
    origin.fail(name, 0);
    await getWell(mount, film, path());
  }
  return steps;
}

/** Fetches from a mount without faults until a signal aborts. Returns the longest time that it took. */
async function watchOther(signal: AbortSignal): Promise<number> {
  let longest = 0;
  while (!signal.aborted) {
    for (const path of [MANIFEST, segment]) {
      const since = performance.now();
      assertEquals(await get("/healthy", "m1.mp4", path), RIGHT);
      longest = Math.max(longest, performance.now() - since);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return longest;
}

/** Meets slow faults at the same time, and the others a few at a time. */
async function meetAll(): Promise<Step[]> {
  const slow = NAMES.filter((name) => SLOW.includes(name));
  const left = NAMES.filter((name) => !SLOW.includes(name));
  const steps: Step[] = [];
  const meetOthers = async () => {
    for (let name; (name = left.pop());) steps.push(...await meet(name));
  };
  const others = Array.from({ length: LANES }, meetOthers);
  steps.push(...(await Promise.all(slow.map(meet))).flat());
  await Promise.all(others);
  return steps;
}

Deno.test("each fault gives the right bytes or its code, soon, while another mount goes on", async () => {
  for (const path of [MANIFEST, segment]) await getWell("/healthy", "m1.mp4", path);
  const ended = new AbortController();
  const other = watchOther(ended.signal);
  const steps = await meetAll().finally(() => ended.abort());
  const longest = await other;
  const wrong = steps.filter(({ what, code, allowed, ms, requests }) => {
    const maxRequests = /^(reset|another (ETag|size)), always/.test(what)
      ? MAX_REPEATED
      : MAX_REQUESTS;
    const isBound = what.includes("always") && code !== RIGHT;
    return !allowed.includes(code) || ms > MAX_MS || isBound && requests > maxRequests;
  });
  assertEquals(wrong, []);
  assertEquals(steps.length, 4 * NAMES.length);
  assert(longest < MAX_OTHER_MS, `${longest} ms`);
});
