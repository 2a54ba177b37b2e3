import { assertEquals, assertThrows } from "@std/assert";
import {
  AccessControl,
  type AccessOptions,
  type AccessRequest,
} from "../../lib/access/access_control.ts";
import type { AccessConfig } from "../../lib/access/access_config.ts";
import { RequestError } from "../../lib/errors.ts";
import {
  createAccessConfig,
  createKeyPair,
  NOW,
  nowMs,
  signAkamaiToken,
  signJwt,
  toPathToken,
} from "./tokens.ts";

function createControl(config: AccessConfig, options: AccessOptions = {}): AccessControl {
  return new AccessControl(config, { nowMs, ignoresCase: false, ...options });
}

function toRequest(url: string, headers: Record<string, string> = {}): AccessRequest {
  const [rawPath, rawQuery = ""] = url.split("?") as [string, string?];
  return { rawPath, rawQuery, headers: new Headers(headers), remoteAddress: "192.0.2.7" };
}

/** Returns "open", "private" or the code of the error. */
async function admit(control: AccessControl, request: AccessRequest): Promise<string> {
  try {
    return (await control.admit(request)).isPrivate ? "private" : "open";
  } catch (error) {
    if (error instanceof RequestError) return error.code;
    throw error;
  }
}

const films = createAccessConfig([
  { path: "/films/", keys: ["first", "second"] },
  { path: "/films/jwt/", tokens: ["jwt"], iss: "issuer", aud: ["a", "b"] },
  { path: "/films/second.json", keys: ["second"] },
  { path: "/films/address/", address: true },
  { path: "/films/cdn/", caching: "public" },
  { path: "/trailers/", tokens: [], keys: [] },
]);

const FILM = "/films/a.json/.mpd";

const all = { acl: "/*" } as const;

const akamai: [path: string, token: string, result: string][] = [
  [FILM, signAkamaiToken(all), "private"],
  [FILM, signAkamaiToken({ acl: FILM }), "private"],
  [FILM, signAkamaiToken({ acl: ["/x", "/films/a.json/*"] }), "private"],
  [FILM, signAkamaiToken({ ...all, key: "second" }), "private"],
  [FILM, signAkamaiToken({ acl: "/films/b.json/*" }), "TOKEN_PATH"],
  [FILM, signAkamaiToken({ acl: "/films/a.json" }), "TOKEN_PATH"],
  [FILM, signAkamaiToken({ acl: "/Films/*" }), "TOKEN_PATH"],
  [FILM, signAkamaiToken({ ...all, exp: NOW - 29 }), "private"],
  [FILM, signAkamaiToken({ ...all, exp: NOW - 30 }), "TOKEN_EXPIRED"],
  [FILM, signAkamaiToken({ ...all, st: NOW + 30 }), "private"],
  [FILM, signAkamaiToken({ ...all, st: NOW + 31 }), "TOKEN_NOT_YET"],
  [FILM, signAkamaiToken({ acl: "/x", exp: NOW - 30 }), "TOKEN_EXPIRED"],
  [FILM, signAkamaiToken({ ...all, exp: NOW - 30 }).replace(/.$/, ""), "TOKEN_INVALID"],
  [FILM, signAkamaiToken({ ...all, exp: NOW - 30 }).replace("/*", "/"), "TOKEN_INVALID"],
  [FILM, signAkamaiToken({ ...all, ip: "192.0.2.7" }), "private"],
  [FILM, signAkamaiToken({ ...all, ip: "192.0.2.0/24" }), "private"],
  [FILM, signAkamaiToken({ ...all, ip: "::ffff:192.0.2.7" }), "private"],
  [FILM, signAkamaiToken({ ...all, ip: "192.0.2.8" }), "TOKEN_ADDRESS"],
  [FILM, signAkamaiToken({ acl: "/x", ip: "192.0.2.8" }), "TOKEN_PATH"],
  [FILM, signAkamaiToken({ ...all, data: "x".repeat(8192) }), "TOKEN_INVALID"],
  [FILM, "x".repeat(8192), "TOKEN_INVALID"],
  ["/films/address/a", signAkamaiToken({ ...all, ip: "192.0.2.7" }), "private"],
  ["/films/address/a", signAkamaiToken(all), "TOKEN_ADDRESS"],
  ["/films/cdn/a", signAkamaiToken(all), "open"],
  ["/films/jwt/a", signAkamaiToken(all), "TOKEN_INVALID"],
  ["/films/second.json/.mpd", signAkamaiToken({ ...all, key: "second" }), "private"],
  ["/films/second.json/.mpd", signAkamaiToken(all), "TOKEN_INVALID"],
  ["/films/second.ism/Manifest", signAkamaiToken(all), "TOKEN_INVALID"],
  ["/films/a.ism/Manifest", signAkamaiToken({ acl: "/films/a.json/*" }), "private"],
  ["/films/a.ism/Manifest", signAkamaiToken({ acl: "/films/a.ism/*" }), "private"],
  ["/films/%61.json/.mpd", signAkamaiToken({ acl: "/films/a.json/*" }), "private"],
  ["/films/a%20b/.mpd", signAkamaiToken({ acl: "/films/a b/*" }), "private"],
  ["/elsewhere/a", signAkamaiToken(all), "TOKEN_PATH"],
  ["/Films/a", signAkamaiToken(all), "TOKEN_PATH"],
  ["/trailers/a", signAkamaiToken({ ...all, exp: 1 }), "open"],
  ["/trailers/a", "x", "open"],
];

for (const [path, token, result] of akamai) {
  const text = token.slice(0, 100);
  Deno.test(`AccessControl.admit() admits ${path} with ${text} as ${result}`, async () => {
    const control = createControl(films);
    const requests = [
      toRequest(`/.t/${toPathToken(token)}${path}`),
      toRequest(`${path}?hdnts=${token}`),
      toRequest(`${path}?a=b&token=${encodeURIComponent(token)}`),
      toRequest(path, { authorization: `Bearer ${token.replaceAll(" ", "%20")}` }),
      toRequest(path, { cookie: `a=b; hdnts=${token}` }),
    ];
    for (const request of requests.filter((_, i) => i !== 3 || !token.includes(" "))) {
      assertEquals(await admit(control, request), result);
      assertEquals(await admit(control, request), result, "seen before");
    }
  });
}

const claims = { iss: "issuer", aud: "b" };

const jwts: [path: string, token: string, result: string][] = [
  [FILM, await signJwt({}), "private"],
  [FILM, await signJwt({ paths: "/films/" }), "private"],
  [FILM, await signJwt({ paths: ["/x", "/films/a.json"] }), "private"],
  [FILM, await signJwt({ paths: ["/films/b.json"] }), "TOKEN_PATH"],
  [FILM, await signJwt({ paths: [] }), "TOKEN_PATH"],
  [FILM, await signJwt({ exp: NOW - 29 }), "private"],
  [FILM, await signJwt({ exp: NOW - 30 }), "TOKEN_EXPIRED"],
  [FILM, await signJwt({ nbf: NOW + 30 }), "private"],
  [FILM, await signJwt({ nbf: NOW + 31 }), "TOKEN_NOT_YET"],
  [FILM, await signJwt({ ip: ["192.0.2.0/24"] }), "private"],
  [FILM, await signJwt({ ip: ["192.0.3.0/24", "2001:db8::/32"] }), "TOKEN_ADDRESS"],
  [FILM, await signJwt({ a: "x".repeat(8192) }), "TOKEN_INVALID"],
  [FILM, (await signJwt({})).slice(0, -2), "TOKEN_INVALID"],
  ["/films/address/a", await signJwt({}), "TOKEN_ADDRESS"],
  ["/films/address/a", await signJwt({ ip: "192.0.2.7" }), "private"],
  ["/films/second.json/a", await signJwt({}), "TOKEN_INVALID"],
  ["/films/jwt/a", await signJwt(claims), "private"],
  ["/films/jwt/a", await signJwt({ ...claims, aud: ["x", "a"] }), "private"],
  ["/films/jwt/a", await signJwt({ ...claims, aud: "c" }), "TOKEN_INVALID"],
  ["/films/jwt/a", await signJwt({ iss: "issuer" }), "TOKEN_INVALID"],
  ["/films/jwt/a", await signJwt({ ...claims, iss: "other" }), "TOKEN_INVALID"],
];

for (const [path, token, result] of jwts) {
  Deno.test(`AccessControl.admit() admits ${path} with a JWT as ${result}: ${token.slice(21, 90)}`, async () => {
    const control = createControl(films);
    const requests = [
      toRequest(`/.t/${token}${path}`),
      toRequest(`${path}?hdnts=${token}`),
      toRequest(`${path}?token=${token}`),
      toRequest(path, { authorization: `Bearer ${token}` }),
      toRequest(path, { cookie: `hdnts=${token}` }),
    ];
    for (const request of requests) assertEquals(await admit(control, request), result);
  });
}

const missing: [path: string, rest: "open" | "deny", result: string][] = [
  [FILM, "deny", "TOKEN_MISSING"],
  ["/films", "open", "TOKEN_MISSING"],
  ["/films/", "open", "TOKEN_MISSING"],
  ["/%66ilms/a", "open", "TOKEN_MISSING"],
  ["/.t//films/a", "deny", "TOKEN_MISSING"],
  ["/", "deny", "TOKEN_MISSING"],
  ["/x", "deny", "TOKEN_MISSING"],
  ["/", "open", "open"],
  ["/x", "open", "open"],
  ["/.ams/0123/page.js", "deny", "open"],
  ["/.t/x/.ams/0123/page.js", "deny", "open"],
  ["/x/.ams/0123/page.js", "deny", "TOKEN_MISSING"],
  ["/trailers", "deny", "open"],
  ["/trailers/a.json/.mpd", "deny", "open"],
];

for (const [path, rest, result] of missing) {
  Deno.test(`AccessControl.admit() admits ${path} without a token as ${result}: ${rest}`, async () => {
    assertEquals(await admit(createControl({ ...films, default: rest }), toRequest(path)), result);
  });
}

Deno.test("AccessControl.admit() uses the first token that it finds", async () => {
  const [good, bad] = [signAkamaiToken(all), signAkamaiToken({ acl: "/x" })];
  const control = createControl(films);
  const results: [request: AccessRequest, result: string][] = [
    [toRequest(`/.t/${toPathToken(good)}${FILM}?hdnts=${bad}`), "private"],
    [toRequest(`/.t/${toPathToken(bad)}${FILM}?hdnts=${good}`), "TOKEN_PATH"],
    [toRequest(`${FILM}?hdnts=${bad}`, { cookie: `hdnts=${good}` }), "TOKEN_PATH"],
    [toRequest(FILM, { authorization: `Bearer ${bad}`, cookie: `hdnts=${good}` }), "TOKEN_PATH"],
    [toRequest(`${FILM}?hdnts=${good}&hdnts=${good}`), "TOKEN_INVALID"],
  ];
  for (const [request, result] of results) assertEquals(await admit(control, request), result);
});

Deno.test("AccessControl.admit() names the parameter of a token in the query", async () => {
  const control = createControl(films);
  const token = signAkamaiToken(all);
  assertEquals(await control.admit(toRequest(`${FILM}?hdnts=${token}`)), {
    isPrivate: true,
    hasToken: true,
    tokenParameter: "hdnts",
  });
  assertEquals(await control.admit(toRequest(`${FILM}?token=${token}`)), {
    isPrivate: true,
    hasToken: true,
    tokenParameter: "token",
  });
});

Deno.test("AccessControl.admit() returns a promise only for a JWT that is new", async () => {
  const control = createControl(films);
  const request = toRequest(`/.t/${await signJwt({})}${FILM}`);
  const first = control.admit(request);
  assertEquals(first instanceof Promise, true);
  await first;
  assertEquals(control.admit(request) instanceof Promise, false);
  const akamai = toRequest(`/.t/${toPathToken(signAkamaiToken(all))}${FILM}`);
  assertEquals(control.admit(akamai) instanceof Promise, false);
});

Deno.test("AccessControl.admit() ignores case where file systems do", async () => {
  const control = createControl({ ...films, default: "open" }, { ignoresCase: true });
  assertEquals(await admit(control, toRequest("/FILMS/a")), "TOKEN_MISSING");
});

Deno.test("AccessControl.admit() counts results of policies with tokens", async () => {
  const results: string[] = [];
  const control = createControl(films, { count: (result) => results.push(result) });
  await admit(control, toRequest(FILM));
  await admit(control, toRequest(`${FILM}?hdnts=${signAkamaiToken(all)}`));
  await admit(control, toRequest("/trailers/a"));
  await admit(control, toRequest(`${FILM}?hdnts=x`));
  assertEquals(results, ["missing", "accepted", "invalid"]);
});

Deno.test("AccessControl.admit() asks for the address of the client", async () => {
  const control = createControl(films, { getClient: () => "2001:db8::7" });
  const request = (ip: string) => toRequest(`${FILM}?hdnts=${signAkamaiToken({ ...all, ip })}`);
  assertEquals(await admit(control, request("2001:db8::/32")), "private");
  const error = assertThrows(() => control.admit(request("192.0.2.7")), RequestError);
  assertEquals(error.message, "Cannot use the token from 2001:db8::7");
});

Deno.test("AccessControl.update() applies other keys and policies", async () => {
  const control = createControl(films);
  const request = toRequest(`${FILM}?hdnts=${signAkamaiToken(all)}`);
  assertEquals(await admit(control, request), "private");
  const rotated = createAccessConfig([{ path: "/films/", keys: ["second"] }]);
  assertEquals(control.update(rotated), true);
  assertEquals(await admit(control, request), "TOKEN_INVALID");
  assertEquals(control.update({ ...rotated, secrets: films.secrets.slice(0, 1) }), false);
  const second = signAkamaiToken({ ...all, key: "second" });
  assertEquals(await admit(control, toRequest(`${FILM}?hdnts=${second}`)), "TOKEN_INVALID");
});

Deno.test("AccessControl.admit() waits for a key that its set does not have yet", async () => {
  const { privateKey, jwk } = await createKeyPair("ES256", "new");
  const config = (refreshable: boolean, ...jwks: typeof jwk[]) =>
    createAccessConfig([{ path: "/films/", keys: ["first", "idp"] }], { jwks, refreshable });
  let refreshed = 0;
  const control = createControl(config(true), {
    refreshKeys() {
      refreshed++;
      control.update(config(true, jwk));
      return Promise.resolve();
    },
  });
  const token = await signJwt({}, { alg: "ES256", key: privateKey, header: { kid: "new" } });
  assertEquals(await admit(control, toRequest(`/.t/${token}${FILM}`)), "private");
  const other = await signJwt({}, { alg: "ES256", key: privateKey, header: { kid: "other" } });
  assertEquals(await admit(control, toRequest(`/.t/${other}${FILM}`)), "TOKEN_INVALID");
  assertEquals(refreshed, 2);
  control.update(config(false));
  assertEquals(await admit(control, toRequest(`/.t/${token}${FILM}`)), "TOKEN_INVALID");
  assertEquals(refreshed, 2, "a file is not read again");
});

Deno.test("AccessControl.canSee() applies the token to another path", async () => {
  const control = createControl(films);
  const request = toRequest(`/films/?hdnts=${signAkamaiToken({ acl: "/films/a*" })}`);
  const paths = ["/films/a.json/", "/films/b.json/", "/films/address/", "/trailers/", "/x"];
  const seen = await Promise.all(paths.map((path) => control.canSee(request, path)));
  assertEquals(seen, [true, false, false, true, false]);
  assertEquals(await control.canSee(toRequest("/"), "/films/"), false);
});

Deno.test("AccessControl.haveSamePolicy() compares the policies of files", () => {
  const { haveSamePolicy } = createControl(films);
  const pairs = [
    ["films/a.json", "films/b.mp4"],
    ["films/a.json", "films/second.json"],
    ["films/a.json", "trailers/a.mp4"],
    ["x/a.json", "y/b.mp4"],
    ["", "x.mp4"],
  ] as const;
  assertEquals(pairs.map(([a, b]) => haveSamePolicy(a, b)), [true, false, false, true, true]);
});
