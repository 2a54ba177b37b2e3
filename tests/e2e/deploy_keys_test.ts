/** The nginx of deploy/ passes license requests and keys through, and caches neither. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { SECRETS, signAkamaiToken, toPathToken } from "../access/tokens.ts";
import { PLAYREADY_TEST_SEED } from "../drm/vectors.ts";
import { type Ams, amspackager, startAms, TESTDATA } from "./ams.ts";
import { eventually } from "./page_driver.ts";
import { type Nginx, startNginx } from "./nginx.ts";

const SCHEMES = ["cbcs", "aes-128"] as const;

let servers: Ams[];
let nginx: Nginx;
const open = new AsyncDisposableStack();

Deno.test.beforeAll(async () => {
  const directory = await Deno.makeTempDir({ prefix: "ams-keys-" });
  open.defer(() => Deno.remove(directory, { recursive: true }));
  const root = join(directory, "root");
  await Deno.mkdir(join(root, ".media"), { recursive: true });
  const file = ".media/ladder-aac-eng.mp4";
  await Deno.copyFile(join(TESTDATA, "ladder-aac-eng.mp4"), join(root, file));
  for (const scheme of SCHEMES) {
    const protect = ["--protect", scheme, "--content", "heat", "--key-per", "all"];
    await amspackager(root, "-o", `${scheme}.json`, ...protect, "-i", file);
  }
  const [keys, auth] = [join(directory, "keys.json"), join(directory, "auth.json")];
  const source = { seed: PLAYREADY_TEST_SEED };
  await Deno.writeTextFile(keys, JSON.stringify({ ams: 1, sources: { default: source } }));
  const policies = [{ path: "/", tokens: ["akamai"], keys: ["first"] }];
  const secrets = { first: { hmac: SECRETS.first } };
  await Deno.writeTextFile(auth, JSON.stringify({ keys: secrets, policies }));
  const flags = ["--workers", "1", "--keys", keys, "--serve-keys", "access", "--auth", auth];
  servers = await Promise.all([0, 1].map(() => startAms(root, ...flags)));
  servers.forEach((server) => open.use(server));
  const urls = [servers[0]!.url, servers[1]!.url] as const;
  nginx = open.use(await startNginx({ servers: urls, checksTokens: true }));
});
Deno.test.afterAll(() => open.disposeAsync());

const exp = Math.floor(Date.now() / 1000) + 600;
const token = signAkamaiToken({ acl: "/*", exp });
const PATH_TOKEN = `/.t/${toPathToken(token)}`;

async function getKid(scheme: string): Promise<string> {
  const response = await fetch(`${nginx.url}${PATH_TOKEN}/${scheme}.json/about.json`);
  return (await response.json()).protection.kids.all;
}

async function toLicenseRequest(): Promise<string> {
  const kid = Uint8Array.fromHex((await getKid("cbcs")).replaceAll("-", ""));
  const kids = [kid.toBase64({ alphabet: "base64url", omitPadding: true })];
  return JSON.stringify({ kids, type: "temporary" });
}

/** Summarizes a response for comparison. */
async function request(url: string, init: RequestInit = {}) {
  const response = await fetch(url, init);
  const names = ["cache-control", "content-type", "access-control-allow-origin", "ams-error"];
  const headers = names.map((name) => response.headers.get(name));
  return { status: response.status, headers, body: (await response.bytes()).toBase64() };
}

const PAGE = { origin: "https://page.example" };

Deno.test("nginx passes license requests to ams, wherever the token is", async () => {
  const body = await toLicenseRequest();
  const post = (headers: Record<string, string> = {}, text = body) => ({
    method: "POST",
    headers: { ...PAGE, "content-type": "application/json", ...headers },
    body: text,
  });
  const expected = await request(`${servers[0]!.url}${PATH_TOKEN}/cbcs.json/clearkey`, post());
  assertEquals([expected.status, expected.headers[0]], [200, "no-store"]);
  const url = `${nginx.url}/cbcs.json/clearkey`;
  const sent: [url: string, init: RequestInit][] = [
    [`${nginx.url}${PATH_TOKEN}/cbcs.json/clearkey`, post()],
    [`${url}?token=${token}`, post()],
    [url, post({ authorization: `Bearer ${token}` })],
    [url, post({ authorization: `Bearer ${token}` }, body.padEnd(4096))],
  ];
  for (const [i, [url, init]] of sent.entries()) {
    assertEquals(await request(url, init), expected, `${i}`);
  }
  const long = await request(`${url}?token=${token}`, post({}, body.padEnd(4097)));
  assertEquals([long.status, long.headers[3]], [413, "TOO_LARGE"]);
  assertEquals((await request(url, post())).headers[3], "TOKEN_MISSING");
});

Deno.test("nginx allows POST in the preflight of license requests", async () => {
  const headers = { ...PAGE, "access-control-request-method": "POST" };
  const url = `${nginx.url}/cbcs.json/clearkey`;
  const response = await fetch(url, { method: "OPTIONS", headers });
  await response.body?.cancel();
  assertEquals(response.headers.get("access-control-allow-methods"), "POST, OPTIONS");
});

Deno.test("nginx passes keys through without caching them", async () => {
  const path = `/aes-128.json/key/${await getKid("aes-128")}`;
  const expected = await request(`${servers[0]!.url}${PATH_TOKEN}${path}`);
  assertEquals([expected.status, expected.headers[0]], [200, "no-store"]);
  for (let i = 0; i < 2; i++) {
    const { status, body } = await request(`${nginx.url}${PATH_TOKEN}${path}`);
    assertEquals([status, body], [200, expected.body]);
  }
  const readLines = async () =>
    (await nginx.log()).split("\n").filter((line) => line.includes("/key/"));
  const lines = await eventually(readLines, (lines) => lines.length >= 2);
  assertEquals(lines.filter((line) => !line.includes(" cache=- ")), []);
});
