/** Keys for players (`--serve-keys`), by `handle()`. */

import { assert, assertEquals } from "@std/assert";
import type { EncryptionScheme } from "../../lib/drm/encryption_scheme.ts";
import { toKidBytes } from "../../lib/drm/key_id.ts";
import type { KeyPer } from "../../lib/drm/key_label.ts";
import { ResponseCounts } from "../../lib/metrics/response_counts.ts";
import type { KeyServing } from "../../lib/server/app.ts";
import { takeCounts } from "../../lib/server/app_counts.ts";
import { createAccessConfig, NOW, signAkamaiToken } from "../access/tokens.ts";
import { declareProtection, getSeededKeys } from "../protected_presentations.ts";
import { getCode, PATH_TOKEN, TOKEN } from "./access_server.ts";
import { MOVIE_PACKAGE, type TestApp, testApp } from "./fixture.ts";

const UNUSED_KID = "09e36702-8f33-436c-a5dd-60ffe6671e70";

const toBase64Url = (bytes: Uint8Array) =>
  bytes.toBase64({ alphabet: "base64url", omitPadding: true });

const encodeKid = (kid: string) => toBase64Url(toKidBytes(kid));

const PACKAGES: [name: string, scheme: EncryptionScheme, per: KeyPer][] = [
  ["cbcs.json", "cbcs", "type"],
  ["cenc.json", "cenc", "all"],
  ["films/cbcs.json", "cbcs", "all"],
  ["trailers/cbcs.json", "cbcs", "all"],
  ["films/aes.json", "aes-128", "all"],
];

function createServer(
  serveKeys: KeyServing | undefined,
  policies: Parameters<typeof createAccessConfig>[0] = [],
): TestApp {
  const access = policies.length > 0
    ? createAccessConfig(policies, { default: "open" })
    : undefined;
  const options = { ...serveKeys && { serveKeys }, ...access && { access } };
  const server = testApp(options, undefined, getSeededKeys({ scheme: "cbcs" }));
  for (const [name, scheme, per] of PACKAGES) {
    const directory = name.slice(0, name.lastIndexOf("/") + 1);
    const tracks = MOVIE_PACKAGE.tracks.map((track) => ({
      ...track,
      file: `.media/${track.file}`,
    }));
    for (const { file } of MOVIE_PACKAGE.tracks) {
      server.files.write(`${directory}.media/${file}`, server.files.read(file));
    }
    const pack = { ...MOVIE_PACKAGE, tracks, protection: declareProtection({ scheme, per }) };
    server.files.write(name, JSON.stringify(pack));
  }
  return server;
}

const getKids = (scheme: EncryptionScheme, per: KeyPer): string[] =>
  Object.values(declareProtection({ scheme, per }).kids!).sort();

async function getKey(kid: string): Promise<Uint8Array> {
  const request = {
    file: "",
    source: "house",
    content: "heat",
    scheme: "cbcs",
    kids: { all: kid },
  };
  const { keys } = await getSeededKeys({ scheme: "cbcs" })(request as never);
  return keys.get(kid)!.key.reveal();
}

const askFor = (...kids: string[]) =>
  JSON.stringify({ kids: kids.map(encodeKid), type: "temporary" });

Deno.test("POST <pkg>/clearkey returns the requested keys that the package uses", async () => {
  using server = createServer("open");
  for (const [name, scheme, per] of PACKAGES.filter(([, scheme]) => scheme !== "aes-128")) {
    const kids = getKids(scheme, per);
    const body = askFor(UNUSED_KID, ...kids, kids[0]!);
    const headers = { "content-type": "text/plain", origin: "https://page.example" };
    const response = await server.request(`POST /${name}/clearkey`, headers, body);
    assertEquals(response.status, 200, await response.clone().text());
    const keys = await Promise.all(
      kids.map(async (kid) => ({
        kty: "oct",
        kid: encodeKid(kid),
        k: toBase64Url(await getKey(kid)),
      })),
    );
    assertEquals(await response.json(), { keys, type: "temporary" });
    assertEquals(
      ["cache-control", "content-type", "etag", "access-control-allow-origin"].map((name) =>
        response.headers.get(name)
      ),
      ["no-store", "application/json", null, "*"],
    );
  }
  const [kid] = getKids("cbcs", "type");
  const one = await server.request("POST /cbcs.json/clearkey", {}, askFor(kid!));
  assertEquals((await one.json()).keys.map(({ kid }: { kid: string }) => kid), [encodeKid(kid!)]);
  const alias = await server.request("POST /cbcs.ism/clearkey?any=1", {}, askFor(kid!));
  assertEquals(alias.status, 200);
});

Deno.test("GET <pkg>/key/<kid> returns the key of an aes-128 package", async () => {
  using server = createServer("open");
  const [kid] = getKids("aes-128", "all");
  const response = await server.request(`GET /films/aes.json/key/${kid}`);
  assertEquals(await response.bytes(), new Uint8Array(await getKey(kid!)));
  assertEquals(
    ["cache-control", "content-type", "content-length", "etag"].map((name) =>
      response.headers.get(name)
    ),
    ["no-store", "application/octet-stream", "16", null],
  );
  const head = await server.request(`HEAD /films/aes.json/key/${kid}`);
  assertEquals([head.status, head.headers.get("content-length"), head.body], [200, "16", null]);
});

const [CBCS_KID, AES_KID] = [getKids("cbcs", "all")[0]!, getKids("aes-128", "all")[0]!];

const LICENSE = askFor(CBCS_KID);

const refused: [line: string, body: string, code: string][] = [
  ["POST /cbcs.json/clearkey", askFor(UNUSED_KID), "NOT_FOUND"],
  ["POST /cbcs.json/clearkey", askFor(), "NOT_FOUND"],
  ["POST /cbcs.json/clearkey", '{"kids":["AA","","*"]}', "NOT_FOUND"],
  ["POST /films/aes.json/clearkey", askFor(AES_KID), "NOT_FOUND"],
  ["POST /film.json/clearkey", LICENSE, "NOT_FOUND"],
  ["POST /video.mp4/clearkey", LICENSE, "NOT_FOUND"],
  ["POST /none.json/clearkey", LICENSE, "NOT_FOUND"],
  ["POST /cbcs.json/clearkey", "", "BAD_REQUEST"],
  ["POST /cbcs.json/clearkey", "{", "BAD_REQUEST"],
  ["POST /cbcs.json/clearkey", "[]", "BAD_REQUEST"],
  ["POST /cbcs.json/clearkey", '{"kids":"AA"}', "BAD_REQUEST"],
  ["POST /cbcs.json/clearkey", '{"kids":[1]}', "BAD_REQUEST"],
  ["POST /cbcs.json/clearkey", '{"kids":[],"type":"persistent-license"}', "BAD_REQUEST"],
  ["POST /cbcs.json/clearkey", LICENSE.padEnd(4097), "BAD_REQUEST"],
  ["POST /cbcs.json/%2e%2e/clearkey", LICENSE, "METHOD_NOT_ALLOWED"],
  ["GET /cbcs.json/clearkey", "", "METHOD_NOT_ALLOWED"],
  ["HEAD /cbcs.json/clearkey", "", "METHOD_NOT_ALLOWED"],
  ["PUT /cbcs.json/clearkey", LICENSE, "METHOD_NOT_ALLOWED"],
  ["POST /clearkey", LICENSE, "METHOD_NOT_ALLOWED"],
  ["POST /films/clearkey", LICENSE, "METHOD_NOT_ALLOWED"],
  ["POST /cbcs.json/.mpd", LICENSE, "METHOD_NOT_ALLOWED"],
  [`POST /films/aes.json/key/${AES_KID}`, "", "METHOD_NOT_ALLOWED"],
  [`GET /cbcs.json/key/${CBCS_KID}`, "", "NOT_FOUND"],
  [`GET /films/aes.json/key/${UNUSED_KID}`, "", "NOT_FOUND"],
  [`GET /films/aes.json/key/${AES_KID.toUpperCase()}`, "", "NOT_FOUND"],
  [`GET /films/aes.json/key/${AES_KID.replaceAll("-", "")}`, "", "NOT_FOUND"],
  [`GET /films/aes.json/key/${AES_KID.slice(1)}`, "", "NOT_FOUND"],
  ["GET /films/aes.json/key/", "", "NOT_FOUND"],
  [`GET /film.json/key/${AES_KID}`, "", "NOT_FOUND"],
];

Deno.test("handle() refuses keys that a package does not use, and malformed requests", async (t) => {
  using server = createServer("open");
  for (const [line, body, code] of refused) {
    await t.step(`${line} ${body.slice(0, 60)}`, async () => {
      const response = await server.request(line, {}, body);
      assertEquals(getCode(response), code, await response.text());
      const isKey = /\.json\/(clearkey|key\/[0-9a-f-]{36})$/.test(line) && !line.startsWith("P");
      if (isKey) assertEquals(response.headers.get("cache-control")!.slice(0, 8), "no-store");
    });
  }
});

Deno.test("handle() reads a license request of 4,096 bytes", async () => {
  using server = createServer("open");
  const body = LICENSE.padEnd(4096);
  assertEquals((await server.request("POST /films/cbcs.json/clearkey", {}, body)).status, 200);
});

Deno.test("handle() has no keys without --serve-keys", async () => {
  using server = createServer(undefined);
  const lines = ["POST /cbcs.json/clearkey", "GET /cbcs.json/clearkey"];
  for (const line of [...lines, `GET /films/aes.json/key/${AES_KID}`]) {
    const response = await server.request(line, {}, askFor(...getKids("cbcs", "type")));
    assertEquals([response.status, getCode(response)], [404, "NOT_FOUND"], line);
  }
  const { headers } = await server.request("OPTIONS /cbcs.json/clearkey", PREFLIGHT);
  assertEquals(headers.get("access-control-allow-methods"), "GET, HEAD, OPTIONS");
});

const PREFLIGHT = {
  origin: "https://page.example",
  "access-control-request-method": "POST",
  "access-control-request-headers": "authorization, content-type",
};

Deno.test("handle() allows POST in the preflight of license requests alone", async () => {
  using server = createServer("open");
  const paths: [path: string, methods: string][] = [
    ["/cbcs.json/clearkey", "POST, OPTIONS"],
    ["/.t/token/cbcs.json/clearkey", "POST, OPTIONS"],
    ["/none.ism/clearkey?token=a", "POST, OPTIONS"],
    ["/films/clearkey", "GET, HEAD, OPTIONS"],
    ["/cbcs.json/.mpd", "GET, HEAD, OPTIONS"],
    [`/films/aes.json/key/${AES_KID}`, "GET, HEAD, OPTIONS"],
    ["/cbcs.json/../clearkey", "GET, HEAD, OPTIONS"],
  ];
  for (const [path, methods] of paths) {
    const { status, headers } = await server.request(`OPTIONS ${path}`, PREFLIGHT);
    assertEquals([status, headers.get("access-control-allow-methods")], [204, methods], path);
    assertEquals(
      headers.get("access-control-allow-headers"),
      PREFLIGHT["access-control-request-headers"],
    );
  }
  const { headers } = await server.request("GET /cbcs.json/clearkey");
  assertEquals(headers.get("allow"), "POST, OPTIONS");
});

const POLICIES = [
  { path: "/films/", caching: "public" as const },
  { path: "/trailers/", tokens: [], keys: [] },
];

const admissions: [line: string, headers: Record<string, string>, code: string | number][] = [
  ["POST /films/cbcs.json/clearkey", {}, "TOKEN_MISSING"],
  ["POST /films/cbcs.json/clearkey", { authorization: `Bearer ${TOKEN}` }, 200],
  [`POST /films/cbcs.json/clearkey?token=${TOKEN}`, {}, 200],
  [`POST /films/cbcs.json/clearkey?hdnts=${TOKEN}`, {}, 200],
  [`POST ${PATH_TOKEN}/films/cbcs.json/clearkey`, {}, 200],
  ["POST /films/cbcs.json/clearkey", { cookie: `hdnts=${TOKEN}` }, 200],
  ["POST /films/cbcs.json/clearkey", { authorization: "Bearer x" }, "TOKEN_INVALID"],
  ["POST /trailers/cbcs.json/clearkey", { authorization: `Bearer ${TOKEN}` }, "FORBIDDEN"],
  ["POST /cbcs.json/clearkey", { authorization: `Bearer ${TOKEN}` }, "FORBIDDEN"],
  [`POST ${PATH_TOKEN}/cbcs.json/clearkey`, {}, "FORBIDDEN"],
  ["GET /films/cbcs.json/clearkey", {}, "TOKEN_MISSING"],
  [`GET /films/aes.json/key/${AES_KID}`, {}, "TOKEN_MISSING"],
  [`GET ${PATH_TOKEN}/films/aes.json/key/${AES_KID}`, {}, 200],
  [`GET /films/aes.json/key/${AES_KID}?token=${TOKEN}`, {}, 200],
  [`GET /films/aes.json/key/${AES_KID}`, { authorization: `Bearer ${TOKEN}` }, 200],
  [`GET ${PATH_TOKEN}/cenc.json/key/${AES_KID}`, {}, "FORBIDDEN"],
];

Deno.test("handle() gives keys to those whom a token admits", async (t) => {
  using server = createServer("access", POLICIES);
  for (const [line, headers, code] of admissions) {
    await t.step(`${line} ${JSON.stringify(headers)}`, async () => {
      const response = await server.request(line, headers, LICENSE);
      assertEquals(getCode(response), code, await response.text());
      if (typeof code === "string") assertEquals(response.status, 403);
      assertEquals(response.headers.get("cache-control"), "no-store");
    });
  }
});

const faults: [token: string, code: string][] = [
  [signAkamaiToken({ acl: "/*", key: "second" }), "TOKEN_INVALID"],
  [signAkamaiToken({ acl: "/*", exp: NOW - 3600 }), "TOKEN_EXPIRED"],
  [signAkamaiToken({ acl: "/*", st: NOW + 3600, exp: NOW + 7200 }), "TOKEN_NOT_YET"],
  [signAkamaiToken({ acl: "/films/other.json/*" }), "TOKEN_PATH"],
  [signAkamaiToken({ acl: "/films/cbcs.json/.mpd" }), "TOKEN_PATH"],
  [signAkamaiToken({ acl: "/*", ip: "192.0.2.1" }), "TOKEN_ADDRESS"],
  [`${TOKEN}&token=${TOKEN}`, "TOKEN_INVALID"],
];

Deno.test("handle() rejects tokens for keys as for media", async () => {
  using server = createServer("access", POLICIES);
  for (const [token, code] of faults) {
    for (const path of ["POST /films/cbcs.json/clearkey", `GET /films/aes.json/key/${AES_KID}`]) {
      const response = await server.request(`${path}?token=${token}`, {}, LICENSE);
      assertEquals([response.status, getCode(response)], [403, code], path);
      if (token.includes("&")) continue;
      const headers = { authorization: `Bearer ${token}` };
      assertEquals(getCode(await server.request(path, headers, LICENSE)), code, path);
    }
  }
  const token = signAkamaiToken({ acl: ["/films/cbcs.json/clearkey", "/films/aes.json/key/*"] });
  for (const path of ["POST /films/cbcs.json/clearkey", `GET /films/aes.json/key/${AES_KID}`]) {
    const response = await server.request(`${path}?token=${token}`, {}, LICENSE);
    assertEquals(getCode(response), 200, path);
  }
});

Deno.test("handle() requires tokens of policies for open keys, too", async () => {
  using server = createServer("open", POLICIES);
  const getCodeOf = async (line: string) => getCode(await server.request(line, {}, LICENSE));
  assertEquals(await getCodeOf("POST /films/cbcs.json/clearkey"), "TOKEN_MISSING");
  assertEquals(await getCodeOf("POST /trailers/cbcs.json/clearkey"), 200);
});

Deno.test("handle() counts requests for keys by their result", async () => {
  using server = createServer("access", POLICIES);
  const lines = [
    `POST ${PATH_TOKEN}/films/cbcs.json/clearkey`,
    `GET ${PATH_TOKEN}/films/aes.json/key/${AES_KID}`,
    `HEAD ${PATH_TOKEN}/films/aes.json/key/${AES_KID}`,
    "POST /films/cbcs.json/clearkey",
    "POST /cbcs.json/clearkey",
    `GET ${PATH_TOKEN}/films/aes.json/key/${UNUSED_KID}`,
    `GET ${PATH_TOKEN}/films/cbcs.json/clearkey`,
    "GET /film.json/none",
  ];
  for (const line of lines) await server.request(line, {}, LICENSE);
  const { servedKeys } = takeCounts(server.app, new ResponseCounts());
  assertEquals(servedKeys, { served: 2, denied: 2, missing: 1, invalid: 1 });
  assert(server.messages.length === 0, server.messages.join("\n"));
});
