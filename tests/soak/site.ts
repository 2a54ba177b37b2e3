/** What the soak serves: two ams, with and without TLS, and the bytes that each URL has. */

import { join } from "@std/path";
import { fetchAssetUrls } from "../e2e/asset_urls.ts";
import { type Ams, startAms, TESTDATA } from "../e2e/ams.ts";
import { LADDER, LADDER_FILES, packageLadder } from "../e2e/root.ts";
import { TLS_FLAGS } from "../e2e/stalled_clients.ts";
import { syntheticMovie } from "../robustness/synthetic_movie.ts";

/** A file that is replaced again and again, and its contents. */
const REPLACED = "replaced.mp4";
const CONTENTS = ["test-avc-2997fps.mp4", "ladder-avc-240p.mp4"];

/** Until ams has noticed a replaced file. */
const REVALIDATION_MS = 1500;

const FLAGS = ["--workers", "1", "--send-timeout", "20", "--grace", "0"];

export interface Target {
  readonly path: string;
  /** SHA-256 of each body that is right. */
  readonly digests: Set<string>;
  readonly size: number;
  /** A URL of a replaced file is 404 while another content is there. */
  readonly mayBeAbsent: boolean;
}

export interface Site extends AsyncDisposable {
  readonly servers: readonly Ams[];
  readonly targets: readonly Target[];
  /** Replaces a file by renaming. */
  replace(): void;
}

export async function startSite(): Promise<Site> {
  const stack = new AsyncDisposableStack();
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "ams-soak-" }));
  stack.defer(() => Deno.remove(root, { recursive: true }));
  await createFiles(root);
  let turn = 0;
  const replace = () => {
    const part = join(root, ".part");
    Deno.copyFileSync(join(TESTDATA, CONTENTS[turn++ % CONTENTS.length]!), part);
    Deno.renameSync(part, join(root, REPLACED));
  };
  replace();
  const servers = [
    stack.use(await startAms(root, ...FLAGS)),
    stack.use(await startAms(root, ...FLAGS, ...TLS_FLAGS)),
  ];
  const targets = await readTargets(servers[0]!.url, replace);
  return { servers, targets, replace, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function createFiles(root: string): Promise<void> {
  const { videos, english, french, thumbnails } = LADDER_FILES;
  for (const file of [...videos, ...english, ...french, thumbnails]) {
    await Deno.copyFile(join(TESTDATA, file), join(root, file));
  }
  await packageLadder(root);
  await Deno.writeFile(join(root, "static.bin"), createPattern(20_000_000));
  await Deno.writeFile(join(root, "large.mp4"), createLargeMovie());
}

function createPattern(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) % 251);
}

/** One minute, in segments of 4.5 MB. */
function createLargeMovie(): Uint8Array {
  const [each, count] = [30_000, 1500];
  const track = {
    like: "test-avc-2997fps.mp4",
    timescale: 25,
    durations: [[count, 1]],
    sizes: { each, count },
    syncs: Array.from({ length: count / 25 }, (_, i) => 1 + 25 * i),
  };
  const movie = syntheticMovie([track], each * count);
  movie.set(createPattern(each * count), 8);
  return movie;
}

async function readTargets(url: string, replace: () => void): Promise<Target[]> {
  const targets = new Map<string, Target>();
  const paths = ["/static.bin", "/ladder.json/about.json"];
  for (const asset of [LADDER, "large.mp4"]) {
    const { manifests, media } = await fetchAssetUrls(`${url}/${asset}`);
    paths.push(...manifests, ...media);
  }
  for (const path of paths) await addTarget(targets, url, path, false);
  for (const _ of CONTENTS) {
    await new Promise((resolve) => setTimeout(resolve, REVALIDATION_MS));
    const { manifests, media } = await fetchAssetUrls(`${url}/${REPLACED}`);
    for (const path of [...manifests, ...media]) await addTarget(targets, url, path, true);
    replace();
  }
  return [...targets.values()];
}

async function addTarget(
  targets: Map<string, Target>,
  url: string,
  path: string,
  mayBeAbsent: boolean,
): Promise<void> {
  const response = await fetch(url + path, { headers: { "accept-encoding": "identity" } });
  const bytes = await response.bytes();
  if (response.status !== 200) return; // MPEG-TS of the pattern
  const target = targets.get(path) ?? { path, digests: new Set(), size: bytes.length, mayBeAbsent };
  target.digests.add(await digest(bytes));
  targets.set(path, target);
}

export async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toBase64();
}
