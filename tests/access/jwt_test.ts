import { assertEquals } from "@std/assert";
import { base64url, exportSPKI, type JWK, type JWTPayload } from "jose";
import { type JwtKeys, verifyJwt } from "../../lib/access/jwt.ts";
import type { VerifiedToken } from "../../lib/access/verified_token.ts";
import { createKeyPair, NOW, SECRETS, signJwt } from "./tokens.ts";

const SECRET_KEYS: JwtKeys = {
  secrets: Object.entries(SECRETS).map(([name, hex]) => ({
    name,
    secret: Uint8Array.fromHex(hex),
  })),
  sets: [],
};

const withSet = (...keys: JWK[]): JwtKeys => ({ secrets: [], sets: [{ name: "idp", keys }] });

async function verify(token: string, keys = SECRET_KEYS): Promise<string> {
  const result = await verifyJwt(token, keys);
  return typeof result === "string" ? result : result.key;
}

for (const alg of ["RS256", "PS256", "ES256", "EdDSA"]) {
  Deno.test(`verifyJwt() verifies ${alg} with a key of a set`, async () => {
    const [pair, other] = [await createKeyPair(alg, "1"), await createKeyPair(alg, "2")];
    const sign = (kid: string | undefined, key = pair.privateKey) =>
      signJwt({}, { alg, key, header: kid === undefined ? {} : { kid } });
    const keys = withSet(other.jwk, pair.jwk);
    assertEquals(await verify(await sign("1"), keys), "idp");
    assertEquals(await verify(await sign(undefined), keys), "idp", "tries all without kid");
    assertEquals(await verify(await sign("2"), keys), "invalid");
    assertEquals(await verify(await sign("3"), keys), "unknownKey");
    assertEquals(await verify(await sign("1", other.privateKey), keys), "invalid");
    assertEquals(await verify(await sign("1")), "invalid", "without a set");
  });
}

Deno.test("verifyJwt() verifies HS256 with a secret, which kid may name", async () => {
  const second = Uint8Array.fromHex(SECRETS.second);
  assertEquals(await verify(await signJwt({})), "first");
  assertEquals(await verify(await signJwt({}, { key: second })), "second");
  assertEquals(await verify(await signJwt({}, { header: { kid: "first" } })), "first");
  assertEquals(await verify(await signJwt({}, { header: { kid: "second" } })), "invalid");
  assertEquals(await verify(await signJwt({}, { header: { kid: "other" } })), "invalid");
});

Deno.test("verifyJwt() does not take a public key for a secret", async () => {
  const { publicKey, jwk } = await createKeyPair("RS256", "1");
  const secret = new TextEncoder().encode(await exportSPKI(publicKey));
  const token = await signJwt({}, { alg: "HS256", key: secret, header: { kid: "1" } });
  assertEquals(await verify(token, withSet(jwk)), "invalid");
});

Deno.test("verifyJwt() imports a key of a set once", async () => {
  const { privateKey, jwk } = await createKeyPair("ES256", "1");
  const keys = withSet(jwk);
  const { importKey } = crypto.subtle;
  let imports = 0;
  crypto.subtle.importKey = (...args: unknown[]) => {
    imports++;
    return Reflect.apply(importKey, crypto.subtle, args);
  };
  try {
    for (const header of [{ kid: "1" }, { kid: "1", typ: "JWT" }, {}]) {
      const token = await signJwt({}, { alg: "ES256", key: privateKey, header });
      assertEquals(await verify(token, keys), "idp");
    }
  } finally {
    crypto.subtle.importKey = importKey;
  }
  assertEquals(imports, 1);
});

const INVALID_KEYS: [what: string, alg: string, key: JWK][] = [
  ["RSA key without modulus", "RS256", { kty: "RSA", e: "AQAB" }],
  ["RSA key with a malformed modulus", "PS256", { kty: "RSA", n: "!", e: "AQAB" }],
  ["RSA key that is too short", "RS256", { kty: "RSA", n: "w".repeat(171), e: "AQAB" }],
  ["EC key without coordinates", "ES256", { kty: "EC", crv: "P-256" }],
  ["OKP key of a wrong length", "EdDSA", { kty: "OKP", crv: "Ed25519", x: "AA" }],
];

for (const [what, alg, invalid] of INVALID_KEYS) {
  Deno.test(`verifyJwt() ignores an ${what}`, async () => {
    const { privateKey, jwk } = await createKeyPair(alg, "1");
    const token = await signJwt({}, { alg, key: privateKey });
    assertEquals(await verify(token, withSet(invalid)), "invalid");
    assertEquals(await verify(token, withSet(invalid, jwk)), "idp");
  });
}

Deno.test("verifyJwt() uses keys for their own algorithm only", async () => {
  const { privateKey, jwk } = await createKeyPair("RS256", "1");
  const token = await signJwt({}, { alg: "RS256", key: privateKey, header: { kid: "1" } });
  assertEquals(await verify(token, withSet({ ...jwk, alg: "PS256" })), "unknownKey");
  assertEquals(await verify(token, withSet({ ...jwk, use: "enc" })), "unknownKey");
  const { jwk: ec } = await createKeyPair("ES256", "1");
  assertEquals(await verify(token, withSet(ec)), "unknownKey");
});

const valid = await signJwt({});
const [header, payload, signature] = valid.split(".") as [string, string, string];
const encode = (value: unknown) => base64url.encode(JSON.stringify(value));

const tampered: [what: string, token: string][] = [
  ["alg none", `${encode({ alg: "none" })}.${payload}.`],
  ["alg none with a signature", `${encode({ alg: "none" })}.${payload}.${signature}`],
  ["another algorithm", `${encode({ alg: "HS512" })}.${payload}.${signature}`],
  ["another payload", `${header}.${encode({ exp: 9e9 })}.${signature}`],
  ["another header", `${encode({ alg: "HS256", typ: "JWT" })}.${payload}.${signature}`],
  ["a truncated signature", valid.slice(0, -1)],
  ["no signature", `${header}.${payload}.`],
  ["a header that is no JSON", `${base64url.encode("{")}.${payload}.${signature}`],
  ["a header that is a list", `${encode([])}.${payload}.${signature}`],
  [
    "an unknown critical header",
    await signJwt({}, { header: { alg: "HS256" } }).then((token) =>
      token.replace(/^[^.]+/, encode({ alg: "HS256", crit: ["x"], x: 1 }))
    ),
  ],
  ["an unencoded payload", `${encode({ alg: "HS256", b64: false, crit: ["b64"] })}.x.${signature}`],
];

for (const [what, token] of tampered) {
  Deno.test(`verifyJwt() rejects ${what}`, async () =>
    assertEquals(await verify(token), "invalid"));
}

const rejected: JWTPayload[] = [
  { exp: "1800000060" as unknown as number },
  { nbf: "0" as unknown as number },
  { iss: 1 as unknown as string },
  { aud: [1] as unknown as string[] },
  { paths: 1 },
  { paths: [1] },
  { ip: "example.com" },
  { ip: ["192.0.2.7", ""] },
];

for (const claims of rejected) {
  Deno.test(`verifyJwt() rejects signed claims ${JSON.stringify(claims)}`, async () => {
    assertEquals(await verify(await signJwt(claims)), "invalid");
  });
}

Deno.test("verifyJwt() rejects a token that never expires", async () => {
  const token = await signJwt({}).then(() => signJwt({ exp: undefined } as unknown as JWTPayload));
  assertEquals(await verify(token), "invalid");
});

Deno.test("verifyJwt() reads the claims", async () => {
  const claims = {
    nbf: NOW - 1,
    iss: "a",
    aud: "b",
    ip: ["192.0.2.7", "2001:db8::/32"],
    paths: ["/films/", "/x"],
  };
  const { covers, networks, ...rest } = await verifyJwt(
    await signJwt(claims),
    SECRET_KEYS,
  ) as VerifiedToken;
  assertEquals(rest, {
    kind: "jwt",
    key: "first",
    expires: NOW + 60,
    notBefore: NOW - 1,
    iss: "a",
    aud: ["b"],
  });
  assertEquals(networks?.map(([, length]) => length), [32, 32]);
  const paths = ["/films/a.json/.mpd", "/x", "/x/a", "/xa", "/filmsx"];
  assertEquals(paths.map((path) => covers?.(path)), [true, true, true, false, false]);
});

Deno.test("verifyJwt() opens all paths without a list of them", async () => {
  const token = await verifyJwt(await signJwt({ aud: ["a", "b"] }), SECRET_KEYS) as VerifiedToken;
  assertEquals([token.covers, token.networks, token.aud], [undefined, undefined, ["a", "b"]]);
});
