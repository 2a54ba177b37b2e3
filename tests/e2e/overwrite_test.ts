/**
 * Requests media while another process overwrites the file in place. `AMS_OVERWRITES` is the number of responses: 500 for a
 * release.
 */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { handle } from "../../lib/server/handler.ts";
import { type App, createApp } from "../../lib/server/app.ts";
import { LocalStorage } from "../../lib/storage/local/local_storage.ts";
import { bytesEqual } from "../../lib/verify/bytes_equal.ts";

const RESPONSES = Number(Deno.env.get("AMS_OVERWRITES") ?? 150);

/** Requests of all media for each overwriting. */
const MAX_ROUNDS = 5;

const PATH = "/a.mp4";

/** Reads without the check. */
class UncheckedStorage extends LocalStorage {
  override open(path: string, name: string) {
    return super.open(path, name, { growing: true });
  }
}

interface Site {
  /** Real path of the document root. */
  readonly root: string;
  /** Contents of equal size for the file of the root. */
  readonly contents: readonly string[];
}

/** Noise: one segment of video of 15 MB, which is sent in slices, and five of audio. */
async function createSite(directory: string): Promise<Site> {
  const root = join(directory, "root");
  Deno.mkdirSync(root);
  const contents = ["1", "2"].map((seed) => join(directory, seed));
  for (const [i, path] of contents.entries()) {
    const args = [
      ...["-nostdin", "-v", "error", "-f", "lavfi"],
      ...["-i", `color=gray:s=640x360:r=25:d=1.5,noise=alls=100:allf=t:all_seed=${i + 1}`],
      ...["-f", "lavfi", "-i", `anoisesrc=d=30:r=48000:seed=${i + 1}`, "-c:a", "aac"],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-qp", "10", "-g", "1000"],
      ...["-movflags", "+faststart", "-f", "mp4", path],
    ];
    const { success, stderr } = await new Deno.Command("ffmpeg", { args }).output();
    assert(success, new TextDecoder().decode(stderr));
  }
  padToEqualSize(contents);
  Deno.copyFileSync(contents[0]!, join(root, PATH));
  return { root, contents };
}

/** Appends a `free` box. */
function padToEqualSize(paths: readonly string[]): void {
  const size = Math.max(...paths.map((path) => Deno.statSync(path).size)) + 8;
  for (const path of paths) {
    const padding = new Uint8Array(size - Deno.statSync(path).size);
    new DataView(padding.buffer).setUint32(0, padding.length);
    padding.set(new TextEncoder().encode("free"), 4);
    Deno.writeFileSync(path, padding, { append: true });
  }
}

function openApp(storage: LocalStorage): App {
  const options = { capacity: 2 ** 26, maxOpenFiles: 64, allowedOrigins: ["*"] };
  return createApp(storage, options, { onMessage: () => {} });
}

async function request(app: App, rawPath: string): Promise<Response> {
  return await handle({ method: "GET", rawPath, headers: new Headers() }, app);
}

/** Requests all media of a file that nobody changes: bytes by path. */
async function readMedia(app: App): Promise<Map<string, Uint8Array>> {
  const media = new Map<string, Uint8Array>();
  const readText = async (path: string) => await (await request(app, path)).text();
  const toPaths = (uris: Iterable<RegExpMatchArray>) =>
    Array.from(uris, ([, uri]) => `${PATH}/${uri}`);
  const multivariant = await readText(`${PATH}/.m3u8`);
  for (const playlist of toPaths(multivariant.matchAll(/(?:^|URI=")([^#"\s]+\d\.m3u8)/gm))) {
    for (const path of toPaths((await readText(playlist)).matchAll(/^([^#\s]+\.m4s)$/gm))) {
      media.set(path, await (await request(app, path)).bytes());
    }
  }
  return media;
}

/** A process that overwrites the file when it is told to. */
class Writer implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output: ReadableStreamDefaultReader<Uint8Array>;

  constructor(mode: string, { root, contents }: Site) {
    const script = fromFileUrl(import.meta.resolve("./overwrite.ts"));
    const args = ["run", "--no-config", "-A", script, join(root, PATH), mode, ...contents];
    const command = new Deno.Command(Deno.execPath(), { args, stdin: "piped", stdout: "piped" });
    this.#process = command.spawn();
    this.#input = this.#process.stdin.getWriter();
    this.#output = this.#process.stdout.getReader();
  }

  async overwrite(): Promise<void> {
    await this.#input.write(new TextEncoder().encode("\n"));
    await this.#output.read();
  }

  async [Symbol.asyncDispose]() {
    await this.#input.close();
    await this.#process.status;
    await this.#output.cancel();
  }
}

type Outcome = "right" | "wrong" | "cut" | "MEDIA_READ" | "other error";

/** Requests media and compares it. */
async function classify(app: App, [path, expected]: [string, Uint8Array]): Promise<Outcome> {
  const response = await request(app, path);
  if (response.status !== 200) {
    await response.body?.cancel();
    const isRead = response.headers.get("ams-error") === "MEDIA_READ";
    if (isRead) assertEquals(response.headers.get("cache-control"), "no-store");
    return isRead ? "MEDIA_READ" : "other error";
  }
  assert(response.headers.get("cache-control")!.includes("immutable"));
  try {
    return bytesEqual(await response.bytes(), expected) ? "right" : "wrong";
  } catch {
    return "cut";
  }
}

/** Requests all media at once, none of it from the cache of segments. */
function classifyAll(app: App, media: readonly [string, Uint8Array][]): Promise<Outcome[]> {
  app.hot.cache.clear();
  return Promise.all(media.map((entry) => classify(app, entry)));
}

/** Counts outcomes of responses that overlap an overwriting, with a new app for each overwriting. */
async function race(storage: LocalStorage, mode: string, site: Site) {
  const counts: Record<Outcome, number> = {
    right: 0,
    wrong: 0,
    cut: 0,
    MEDIA_READ: 0,
    "other error": 0,
  };
  const media: [string, Uint8Array][][] = [];
  await using writer = new Writer(mode, site);
  for (const _ of site.contents) {
    await writer.overwrite();
    media.push([...await readMedia(openApp(storage))]);
  }
  let count = 0;
  for (let turn = media.length - 1; count < RESPONSES; turn++) {
    let writing = true;
    const app = openApp(storage);
    const current = media[turn % media.length]!;
    await classifyAll(app, current); // opens the file
    let outcomes = classifyAll(app, current); // slices are read before and after the first write
    const ended = writer.overwrite().then(() => writing = false);
    for (let round = 0; writing && round < MAX_ROUNDS; round++) {
      for (const outcome of await outcomes) counts[outcome]++;
      count += current.length;
      await new Promise((resolve) => setTimeout(resolve, 2));
      outcomes = classifyAll(app, current);
    }
    await Promise.all([ended, outcomes]);
    app.library.close();
  }
  return counts;
}

async function withSite(
  contents: number,
  test: (site: Site) => Promise<void>,
): Promise<void> {
  const directory = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "ams-" }));
  try {
    const site = await createSite(directory);
    await test({ ...site, contents: site.contents.slice(0, contents) });
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

function print(counts: Record<Outcome, number>): void {
  if (!Deno.env.has("AMS_OVERWRITES")) return;
  Deno.stdout.writeSync(new TextEncoder().encode(Deno.inspect(counts)));
}

/** `reserve` writes the same content again, so that its URLs become valid again. */
const MODES: [mode: string, contents: number][] = [["reserve", 1], ["write", 2]];

for (const [mode, contents] of MODES) {
  Deno.test(`no complete response is wrong while a file is overwritten: ${mode}`, () =>
    withSite(contents, async (site) => {
      const counts = await race(new LocalStorage(site.root), mode, site);
      print(counts);
      assertEquals(counts.wrong, 0);
      assert(counts.MEDIA_READ > 0);
    }));

  Deno.test(`without the check, responses are wrong while a file is overwritten: ${mode}`, () =>
    withSite(contents, async (site) => {
      const counts = await race(new UncheckedStorage(site.root), mode, site);
      print(counts);
      assert(counts.wrong >= RESPONSES / 10);
    }));
}
