/** Access tokens through the nginx of deploy/ with ams_auth.conf. */

import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import { SECRETS, signAkamaiToken, signJwt, toPathToken } from "../access/tokens.ts";
import { findAttributes, readStrictPlaylist } from "../m3u8.ts";
import { fetchAssetUrls } from "./asset_urls.ts";
import { Deployment } from "./deployment.ts";
import { startNginx } from "./nginx.ts";
import { eventually } from "./page_driver.ts";
import { type RawRequest, rawRequest } from "./raw_request.ts";
import { LADDER } from "./root.ts";

const exp = Math.floor(Date.now() / 1000) + 3600;

/** Signatures of all tokens. */
const signatures: string[] = [];

function sign(id: string, acl = `/${LADDER}/*`, key: keyof typeof SECRETS = "first"): string {
  const token = signAkamaiToken({ acl, id, exp, key });
  signatures.push(token.slice(-64));
  return token;
}

const toPrefix = (token: string) => `/.t/${toPathToken(token)}`;

let deployed: Deployment;
let media: readonly string[];
let authFile: string;

/** Writes the auth file with these keys. */
async function writeKeys(...names: (keyof typeof SECRETS)[]): Promise<void> {
  const keys = Object.fromEntries(names.map((name) => [name, { hmac: SECRETS[name] }]));
  const policies = [
    { path: "/", tokens: ["akamai", "jwt"], keys: names },
    { path: "/open.vtt", tokens: [] },
  ];
  await Deno.writeTextFile(authFile, JSON.stringify({ keys, policies }));
}

Deno.test.beforeAll(async () => {
  const directory = await Deno.makeTempDir({ prefix: "ams-auth-" });
  authFile = join(directory, "auth.json");
  await writeKeys("first");
  deployed = await Deployment.start("--auth", authFile, "--trust-proxy", "127.0.0.1");
  await Deno.copyFile(join(deployed.root, "ladder-vtt-eng.vtt"), join(deployed.root, "open.vtt"));
  const prefix = toPrefix(sign("direct"));
  const urls = await fetchAssetUrls(`${deployed.servers[0]!.url}${prefix}/${LADDER}`);
  media = urls.media.map((path) => path.slice(prefix.length));
});
Deno.test.afterAll(async () => {
  await deployed[Symbol.asyncDispose]();
  await Deno.remove(dirname(authFile), { recursive: true });
});

const findMedia = (ending: string, index = 0) =>
  media.filter((path) => path.endsWith(ending))[index]!;

/** Returns the status, or the code of an error, and whether the response is from the cache. */
async function summarize(path: string, request?: RawRequest): Promise<(string | number | null)[]> {
  const { status, headers } = await rawRequest(deployed.nginx.url + path, request);
  const state = headers.get("x-cache");
  return [headers.get("ams-error") ?? status, state === "REVALIDATED" ? "HIT" : state];
}

Deno.test("all viewers share one copy, wherever their tokens are", async () => {
  const jwt = await signJwt({ exp });
  for (const path of [findMedia("/0.m4s"), findMedia("/0.ts"), `/${LADDER}/shared.mpd`]) {
    const isManifest = path.endsWith(".mpd");
    const query = `${path}?hdnts=${sign("query")}`;
    const viewers: [
      viewer: string,
      path: string,
      headers: Record<string, string>,
      state: string,
    ][] = [
      ["first", toPrefix(sign("one")) + path, {}, "MISS"],
      ["path", toPrefix(sign("two")) + path, {}, "HIT"],
      ["jwt", `/.t/${jwt}${path}`, {}, "HIT"],
      ["escaped", `/%2et/${jwt}${path}`, {}, "HIT"],
      ["bearer", path, { authorization: `Bearer ${sign("three")}` }, "HIT"],
      ["cookie", path, { cookie: `a=b; hdnts=${sign("four")}; c=d` }, "HIT"],
      ["query", query, {}, isManifest ? "BYPASS" : "HIT"],
      ["escaped query", query.replace("hdnts", "%68dnts"), {}, isManifest ? "BYPASS" : "HIT"],
    ];
    const bodies = [];
    for (const [viewer, url, headers, state] of viewers) {
      assertEquals([viewer, ...await summarize(url, { headers })], [viewer, 200, state], path);
      if (state !== "BYPASS") {
        bodies.push((await rawRequest(deployed.nginx.url + url, { headers })).body);
      }
    }
    for (const body of bodies) assertEquals(body, bodies[0]);
  }
});

Deno.test("tokens reach ams from wherever they are", async () => {
  const token = sign("cold");
  const requests: [suffix: string, headers: Record<string, string>][] = [
    [`?x=y&hdnts=${token}`, {}],
    [`?token=${token}`, {}],
    ["", { authorization: `Bearer ${token}` }],
    ["", { cookie: `hdnts=${token}` }],
  ];
  for (const [i, [suffix, headers]] of requests.entries()) {
    const path = findMedia(".m4s", 5 + i);
    assertEquals(await summarize(path + suffix, { headers }), [200, "MISS"], path);
    assertEquals(await summarize(toPrefix(token) + path), [200, "HIT"], path);
  }
});

Deno.test("a copy is served only with a valid token", async () => {
  const good = sign("valid");
  const paths = [findMedia("/0.m4s", 1), `/${LADDER}/private.mpd`, "/ladder-aac-eng.mp4"];
  const other = sign("other", "/films/*");
  const expired = signAkamaiToken({ acl: "/*", exp: exp - 7200 });
  const distant = signAkamaiToken({ acl: "/*", exp, ip: "192.0.2.7" });
  const all = sign("all", "/*");
  for (const path of paths) {
    assertEquals((await summarize(toPrefix(all) + path))[0], 200);
    const rejected: [path: string, headers: Record<string, string>, code: string][] = [
      [path, {}, "TOKEN_MISSING"],
      [toPrefix(other) + path, {}, "TOKEN_PATH"],
      [toPrefix(`${good}0`) + path, {}, "TOKEN_INVALID"],
      [toPrefix(expired) + path, {}, "TOKEN_EXPIRED"],
      [toPrefix(distant) + path, {}, "TOKEN_ADDRESS"],
      [toPrefix(toPrefix(all)) + path, {}, "TOKEN_INVALID"],
      [path.replace("/", "/.T/x/"), {}, "TOKEN_MISSING"],
      [`${path}?hdnts=${other}`, {}, "TOKEN_PATH"],
      [`${path}?token=${all}&token=${all}`, {}, "TOKEN_INVALID"],
      [path, { cookie: `hdnts=${expired}` }, "TOKEN_EXPIRED"],
      [path, { authorization: `Bearer ${other}` }, "TOKEN_PATH"],
    ];
    for (const [url, headers, code] of rejected) {
      const response = await rawRequest(deployed.nginx.url + url, { headers });
      assertEquals([url, response.status, response.headers.get("ams-error")], [url, 403, code]);
      assertEquals(response.headers.get("cache-control"), "no-store");
      assertEquals(JSON.parse(new TextDecoder().decode(response.body)).code, code);
    }
    const near = { headers: { "x-forwarded-for": "192.0.2.7" } };
    assertEquals((await summarize(toPrefix(distant) + path, near))[0], 200);
    assertEquals((await summarize(toPrefix(distant) + path))[0], "TOKEN_ADDRESS");
  }
});

Deno.test("ams checks a token once in 5 seconds for all of an asset, unless it opens only a part", async () => {
  const prefix = toPrefix(sign("once"));
  const before = (await deployed.getLogLines("/.ams/auth")).length;
  const start = performance.now();
  for (const path of media.slice(0, 30)) assertEquals((await summarize(prefix + path))[0], 200);
  const periods = Math.ceil((performance.now() - start) / 5000);
  const checks = (await deployed.getLogLines("/.ams/auth")).length - before;
  assert(checks >= 1 && checks <= periods + 1, `${checks} in ${periods}`);
  const part = toPrefix(sign("part", `/${LADDER}/*.mpd`));
  const manifest = `${part}/${LADDER}/.mpd`;
  for (let round = 0; round < 2; round++) {
    assertEquals((await summarize(manifest))[0], 200);
    assertEquals((await summarize(part + media[0]!))[0], "TOKEN_PATH");
  }
});

Deno.test("open paths, preflights, pages and health need no token", async () => {
  const origin = { origin: "https://a.example", "access-control-request-method": "GET" };
  const path = findMedia("/0.m4s");
  assertEquals((await summarize("/open.vtt"))[0], 200);
  assertEquals((await summarize(path, { method: "OPTIONS", headers: origin }))[0], 204);
  assertEquals((await summarize(path, { method: "HEAD" }))[0], "TOKEN_MISSING");
  assertEquals((await summarize("/.ams/health"))[0], 200);
  assertEquals((await summarize("/.ams/0123/absent.js"))[0], "NOT_FOUND");
  const prefix = toPrefix(sign("head"));
  assertEquals((await summarize(prefix + path, { method: "HEAD" }))[0], 200);
  assertEquals((await summarize(`${prefix}/${LADDER}/v0/video/0.m4s`))[0], "NOT_FOUND");
});

Deno.test("no manifest contains the token of another viewer", async () => {
  const tokens = ["one", "two"].map((id) => sign(`query-${id}`));
  const escaped = tokens.map((token) => token.replaceAll("*", "%2A"));
  for (const name of [".mpd", "master.m3u8", "Manifest"]) {
    for (const parameter of ["hdnts", "token"]) {
      for (let round = 0; round < 2; round++) {
        for (const [i, token] of tokens.entries()) {
          const url = `${deployed.nginx.url}/${LADDER}/${name}?${parameter}=${escaped[i]}`;
          const { status, headers, body } = await rawRequest(url);
          const text = new TextDecoder().decode(body);
          const found = tokens.map((token) => text.includes(token.slice(-64)));
          assertEquals([status, found], [200, tokens.map((other) => other === token)], url);
          assertEquals(headers.get("cache-control"), "private, no-store");
        }
      }
    }
    const plain = await rawRequest(
      `${deployed.nginx.url}${toPrefix(tokens[0]!)}/${LADDER}/${name}`,
    );
    const text = new TextDecoder().decode(plain.body);
    assertEquals([plain.status, text.includes("hmac"), text.includes("/.t/")], [200, false, false]);
  }
  const url = `${deployed.nginx.url}/${LADDER}/master.m3u8?hdnts=${escaped[0]}`;
  const multivariant = readStrictPlaylist(await (await fetch(url)).text());
  const playlist = new URL(multivariant.uris[0]!.uri, url).href;
  const { uris, ...rest } = readStrictPlaylist(await (await fetch(playlist)).text());
  for (const uri of [findAttributes(rest, "EXT-X-MAP")[0]!.URI!, uris[0]!.uri]) {
    assert(uri.includes(`hdnts=`), uri);
    assertEquals((await rawRequest(new URL(uri, playlist).href)).status, 200);
  }
});

Deno.test("without ams_auth.conf, nothing behind a policy is shared", async () => {
  const [first, second] = deployed.servers.map(({ url }) => url) as [string, string];
  await using nginx = await startNginx({ servers: [first, second] });
  const request = async (path: string, headers: Record<string, string> = {}) => {
    const response = await rawRequest(nginx.url + path, { headers });
    return [response.headers.get("ams-error") ?? response.status, response.headers.get("x-cache")];
  };
  const checked = { "ams-checked": "1", cookie: `hdnts=${sign("cookie")}` };
  for (const path of [findMedia("/0.m4s"), `/${LADDER}/plain.mpd`]) {
    const isManifest = path.endsWith(".mpd");
    for (const id of ["one", "two"]) {
      assertEquals(await request(toPrefix(sign(id)) + path), [200, "MISS"]);
      assertEquals(await request(`${path}?token=${sign(id)}`), [
        200,
        isManifest ? "BYPASS" : "MISS",
      ]);
      assertEquals((await request(path))[0], "TOKEN_MISSING");
      assertEquals((await request(path, checked))[0], "TOKEN_MISSING");
      assertEquals((await request(`/.t/x${path}`))[0], "TOKEN_INVALID");
    }
  }
});

Deno.test("keys are rotated under load without a failed request", async () => {
  const reload = async (token: string, expected: number | string) => {
    for (const { pid } of deployed.servers) Deno.kill(pid, "SIGHUP");
    for (const { url } of deployed.servers) {
      const asset = `${url}${toPrefix(token)}/${LADDER}`;
      await eventually(async () => {
        const { status } = await rawRequest(`${asset}/.mpd`);
        return status;
      }, (status) => status === expected);
    }
  };
  const [old, next] = [sign("old"), sign("next", undefined, "second")];
  let [token, running] = [old, true];
  const counts = [0, 0, 0];
  const failed: unknown[] = [];
  const load = Promise.all(counts.map(async (_, i) => {
    while (running) {
      const count = counts[i]!++;
      const path = count % 3 ? media[count % media.length]! : `/${LADDER}/${i}-${count}.mpd`;
      const summary = await summarize(`/.t/${toPathToken(token)}${path}`);
      if (summary[0] !== 200) failed.push([path, ...summary]);
    }
  }));
  await writeKeys("first", "second");
  await reload(next, 200);
  token = next;
  const before = [...counts];
  const isDone = () => counts.every((count, i) => count > before[i]! + 1); // no request has the old token
  await eventually(() => Promise.resolve(isDone()), Boolean);
  await writeKeys("second");
  await reload(old, 403);
  running = false;
  await load;
  assertEquals(failed, []);
  assert(Math.min(...counts) > 5);
});

Deno.test("no access log contains a token", async () => {
  const id = `id-${crypto.randomUUID()}`;
  await rawRequest(`${deployed.nginx.url}/absent`, { headers: { "x-request-id": id } });
  const log = await eventually(() => deployed.nginx.log(), (log) => log.includes(id));
  assert(log.includes("/.t/-/"));
  for (const text of [log, ...deployed.servers.map(({ log }) => log())]) {
    assertEquals(signatures.filter((signature) => text.includes(signature)), []);
    assertEquals(text.includes("hmac"), false);
    assertEquals(/\.t\/[^-]/i.test(text), false);
  }
});

Deno.test("while no server checks tokens, cached copies are not served", async () => {
  const path = toPrefix(sign("down", undefined, "second")) + findMedia("/0.ts", 1);
  assertEquals((await summarize(path))[0], 200);
  for (const index of [0, 1]) await deployed.kill(index);
  assertEquals(await summarize(path), [200, "HIT"]);
  const other = toPrefix(sign("later", undefined, "second")) + findMedia("/0.ts", 1);
  assertEquals((await summarize(other))[0], "UNAVAILABLE");
});
