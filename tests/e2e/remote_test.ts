/** Everything that ams serves of a web server and of a bucket is what it serves of a directory, byte for byte. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { Buffer } from "node:buffer";
import { type Ams, amspackager, startAms, TESTDATA } from "./ams.ts";
import { type Nginx, startStaticNginx } from "./nginx.ts";
import {
  createS3Client,
  startSwiftServer,
  SWIFT_CREDENTIALS,
  type SwiftServer,
  uploadDirectory,
} from "./swift_server.ts";
import { createTemporaryDirectory } from "./temporary_directory.ts";

const MEDIA_FILE = /\.(mp4|m4a|mov|vtt)$/;

const MOUNTS = ["http", "s3"];

const MANIFESTS = [".mpd", ".m3u8", "ts.m3u8", "Manifest", "about.json"];

const directory = createTemporaryDirectory();
const root = join(directory.path, "root");
let nginx: Nginx;
let swift: SwiftServer;
let ams: Ams;

Deno.test.beforeAll(async () => {
  await Deno.chmod(directory.path, 0o755); // workers of nginx have another user
  await Deno.mkdir(root);
  for await (const { name } of Deno.readDir(TESTDATA)) {
    if (MEDIA_FILE.test(name)) await Deno.copyFile(join(TESTDATA, name), join(root, name));
  }
  const ladder = ["ladder-avc-240p.mp4", "ladder-avc-720p.mp4", "ladder-aac-eng.mp4"];
  await amspackager(root, "-o", "ladder.json", ...ladder.flatMap((file) => ["-i", file]));
  nginx = await startStaticNginx(root);
  swift = await startSwiftServer();
  const client = createS3Client(swift.endpoint);
  await uploadDirectory(client, "media", root);
  client.destroy();
  const credentials = join(directory.path, "credentials");
  const { accessKeyId, secretAccessKey } = SWIFT_CREDENTIALS;
  const lines = [
    "[default]",
    `aws_access_key_id = ${accessKeyId}`,
    `aws_secret_access_key = ${secretAccessKey}`,
  ];
  await Deno.writeTextFile(credentials, lines.join("\n"), { mode: 0o600 });
  ams = await startAms(
    root,
    ...["--no-sidecars", "--workers", "2"],
    ...["--mount", `/http=${nginx.url}/`],
    ...["--mount", `/s3=s3://media?endpoint=${swift.endpoint}&credentials=${credentials}`],
  );
});

Deno.test.afterAll(async () => {
  await ams?.[Symbol.asyncDispose]();
  await swift?.[Symbol.asyncDispose]();
  await nginx?.[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
});

interface Served {
  readonly status: number;
  readonly etag: string | null;
  readonly type: string | null;
  readonly body: Uint8Array;
}

async function get(path: string): Promise<Served> {
  const response = await fetch(ams.url + path);
  const [etag, type] = ["etag", "content-type"].map((name) => response.headers.get(name)) as [
    string | null,
    string | null,
  ];
  return { status: response.status, etag, type, body: await response.bytes() };
}

function describeError({ status, body }: Served): string {
  return status === 200 ? "" : new TextDecoder().decode(body);
}

/** A description names the path of its asset, and links to files with it. */
function removePath({ body }: Served, mount: string): string {
  const text = new TextDecoder().decode(body).replaceAll(/(\.\.\/)+/g, "");
  return mount === "" ? text : text.replaceAll(`"${mount}/`, '"');
}

/** Returns the paths that a playlist names; of many segments the first, one between and the last. */
function listPaths(path: string, playlist: string): string[] {
  const base = new URL(path, "http://localhost");
  const names = Array.from(
    playlist.matchAll(/^([^#\s].*)$|URI="([^"]+)"/gm),
    ([, line, uri]) => new URL(line ?? uri!, base).pathname,
  );
  const [playlists, media] = [/\.m3u8$/, /\.(?!m3u8$)[^.]+$/].map((type) =>
    names.filter((name) => type.test(name))
  ) as [string[], string[]];
  const middle = media.length >> 1;
  return [...playlists, ...media.filter((_, i) => [0, 1, middle, media.length - 1].includes(i))];
}

async function compare(asset: string, paths: Set<string>): Promise<void> {
  for (const path of paths) { // also visits those that are added
    const expected = await get(path);
    for (const mount of MOUNTS) {
      const found = await get(`/${mount}${path}`);
      const what = `${mount} ${path}: ${describeError(found)}`;
      assertEquals([found.status, found.type], [expected.status, expected.type], what);
      if (expected.status !== 200) continue; // a reason may name the path
      if (path.endsWith("/about.json")) {
        assertEquals(removePath(found, mount), removePath(expected, ""), what);
        continue;
      }
      assertEquals(found.etag, expected.etag, what);
      assert(Buffer.compare(found.body, expected.body) === 0, what);
    }
    if (expected.status !== 200 || !path.endsWith(".m3u8")) continue;
    for (const it of listPaths(path, new TextDecoder().decode(expected.body))) paths.add(it);
  }
  assert(paths.size > 4, asset);
}

Deno.test("assets of a web server and of a bucket are those of a directory", async () => {
  const assets = [...Deno.readDirSync(root)].map(({ name }) => name)
    .filter((name) => !name.endsWith(".vtt")).sort();
  assert(assets.length > 50);
  let count = 0;
  for (const asset of assets) {
    const paths = new Set(MANIFESTS.map((name) => `/${asset}/${name}`));
    await compare(asset, paths);
    count += paths.size;
  }
  assert(count > 10 * assets.length, `${count} resources`);
});

Deno.test("files of a bucket are listed, and served as they are", async () => {
  const { files } = await (await fetch(`${ams.url}/s3/about.json`)).json();
  assert(files.some(({ name }: { name: string }) => name === "ladder.json"));
  const [expected, found] = await Promise.all([
    get("/cues-vtt-rtl.vtt"),
    get("/s3/cues-vtt-rtl.vtt"),
  ]);
  assertEquals(found.body, expected.body);
  assertEquals((await fetch(`${ams.url}/http/about.json`)).status, 404);
});

Deno.test("the log names each mount once, and no secret", () => {
  const log = ams.log();
  assertMatch(log, /The source of \/http, http:\/\/127\.0\.0\.1:\d+\/, responds/);
  assertMatch(log, /The source of \/s3, s3:\/\/media\/, responds/);
  assert(!log.includes(SWIFT_CREDENTIALS.secretAccessKey));
});
