/** Two ams on a bucket behind the nginx of deploy/: restarts under load, and an outage of the bucket. */

import type { S3Client } from "npm:@aws-sdk/client-s3@3.1169.0";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { type Ams, startAms, TESTDATA } from "../ams.ts";
import { fetchAssetUrls } from "../asset_urls.ts";
import { type CountingProxy, startCountingProxy } from "../counting_proxy.ts";
import { type Nginx, startNginx } from "../nginx.ts";
import { eventually } from "../page_driver.ts";
import { closeConnections, rawRequest } from "../raw_request.ts";
import {
  createS3Client,
  startSwiftServer,
  SWIFT_CREDENTIALS,
  SWIFT_REGION,
  uploadDirectory,
} from "../swift_server.ts";

const CLIENTS = 6;

/** Equal files under different names: segments of each are in no cache before. */
const COPIES = 40;

const MEDIA = "ladder-avc-240p.mp4";

const open = new AsyncDisposableStack();
let client: S3Client;
let bucket: CountingProxy;
let flags: string[];
let empty: string;
let nginx: Nginx;
const servers: Ams[] = [];

/** Paths below a copy, and their bytes, as served from a directory. */
const expected = new Map<string, Uint8Array>();

const toName = (copy: number) => `film-${copy}.mp4`;

Deno.test.beforeAll(async () => {
  const directory = await Deno.makeTempDir({ prefix: "ams-source-" });
  open.defer(() => Deno.remove(directory, { recursive: true }));
  const root = join(directory, "root");
  await Deno.mkdir(root);
  for (let i = 0; i < COPIES; i++) {
    await Deno.copyFile(join(TESTDATA, MEDIA), join(root, toName(i)));
  }
  await readExpected(root);
  const swift = open.use(await startSwiftServer());
  client = createS3Client(swift.endpoint);
  await uploadDirectory(client, "media", root);
  bucket = open.use(await startCountingProxy(swift.endpoint));
  const credentials = join(directory, "credentials");
  const { accessKeyId, secretAccessKey } = SWIFT_CREDENTIALS;
  const lines = [`aws_access_key_id=${accessKeyId}`, `aws_secret_access_key=${secretAccessKey}`];
  await Deno.writeTextFile(credentials, ["[default]", ...lines, ""].join("\n"), { mode: 0o600 });
  const query = `endpoint=${bucket.url}&region=${SWIFT_REGION}&credentials=${credentials}`;
  flags = ["--workers", "1", "--mount", `/s3=s3://media?${query}`];
  empty = join(directory, "empty");
  await Deno.mkdir(empty);
  for (let i = 0; i < 2; i++) servers.push(await startAms(empty, ...flags));
  open.defer(() => Promise.all(servers.map((it) => it[Symbol.asyncDispose]())).then(() => {}));
  nginx = open.use(await startNginx({ servers: [servers[0]!.url, servers[1]!.url] }));
});

Deno.test.afterAll(async () => {
  client.destroy();
  closeConnections();
  await open.disposeAsync();
});

async function readExpected(root: string): Promise<void> {
  await using local = await startAms(root, "--workers", "1");
  const { manifests, media } = await fetchAssetUrls(`${local.url}/${toName(0)}`);
  for (const path of [...manifests, ...media]) {
    const { body } = await rawRequest(local.url + path);
    expected.set(path.slice(toName(0).length + 1), body);
  }
  assert(expected.size > 20);
}

/** Fetches everything of a copy through nginx. */
async function fetchCopy(copy: number): Promise<void> {
  for (const [path, bytes] of expected) {
    const { status, body } = await rawRequest(`${nginx.url}/s3/${toName(copy)}${path}`);
    assertEquals(status, 200, path);
    assertEquals(body, bytes, path);
  }
}

/** Resolves when nginx sends requests to the server again: before, the other one must not stop. */
async function restart(index: number): Promise<void> {
  const { port } = new URL(servers[index]!.url);
  await servers[index]![Symbol.asyncDispose]();
  const server = servers[index] = await startAms(empty, ...flags, "-p", port);
  await eventually(() => Promise.resolve(server.log()), (log) => log.includes(" GET /s3/"));
}

Deno.test("two ams on a bucket are restarted twice each, and no request fails", async () => {
  let restarted = false;
  let next = 0;
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (!restarted || next < COPIES / 2) await fetchCopy(next++ % COPIES);
  });
  const restarts = (async () => {
    for (const index of [0, 1, 0, 1]) await restart(index);
    restarted = true;
  })();
  await Promise.all([restarts, ...clients]);
});

Deno.test("cached media and manifests are served while the bucket is down, and all else two seconds after its return", async () => {
  await fetchCopy(0);
  bucket.isDown = true;
  const cold = `${nginx.url}/s3/none-${crypto.randomUUID()}.mp4/.mpd`;
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    await fetchCopy(0);
    const { status, headers } = await rawRequest(cold);
    assertEquals([status, headers.get("ams-error")], [503, "SOURCE_UNAVAILABLE"]);
  }
  bucket.isDown = false;
  const back = Date.now();
  await eventually(async () => (await rawRequest(cold)).status, (status) => status === 404);
  assert(Date.now() - back < 2000, `${Date.now() - back} ms`);
});
