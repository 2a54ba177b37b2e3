import { assertEquals, assertThrows } from "@std/assert";
import { exportJWK } from "jose";
import { AuthFileError } from "../../lib/access/auth_file.ts";
import { parseJwks } from "../../lib/access/jwks.ts";
import { createKeyPair } from "./tokens.ts";

const parse = (value: unknown) => parseJwks(JSON.stringify(value));

for (const alg of ["RS256", "ES256", "EdDSA"]) {
  Deno.test(`parseJwks() reads a key of ${alg}, without its private part`, async () => {
    const { privateKey, jwk } = await createKeyPair(alg, "1");
    const key = { ...await exportJWK(privateKey), kid: "1", x5t: "ignored" };
    assertEquals("d" in key, true);
    assertEquals(parse({ keys: [key], other: 1 }), [jwk]);
  });
}

Deno.test("parseJwks() keeps what restricts a key", async () => {
  const { jwk } = await createKeyPair("RS256", "1");
  const key = { ...jwk, alg: "PS256", use: "sig", "key_ops": ["verify"] };
  assertEquals(parse({ keys: [{ kty: "oct", k: "AAAA" }, null, 1, key] }), [key]);
});

Deno.test("parseJwks() limits the keys of a set", () => {
  const keys = Array.from({ length: 101 }, () => ({ kty: "OKP" }));
  assertEquals(parse({ keys: [...keys.slice(1), { kty: "oct" }] }).length, 100);
  const error = assertThrows(() => parse({ keys }), AuthFileError);
  assertEquals(error.message, "Cannot use 101 keys: expected at most 100");
});

const invalid: [value: unknown, message: string][] = [
  [[], 'Cannot find "keys": expected an array'],
  [null, 'Cannot find "keys": expected an array'],
  [{ keys: {} }, 'Cannot find "keys": expected an array'],
  [{ keys: [] }, "Cannot find a key of type RSA, EC or OKP"],
  [{ keys: [{ kty: "oct", k: "AAAA" }] }, "Cannot find a key of type RSA, EC or OKP"],
];

for (const [value, message] of invalid) {
  Deno.test(`parseJwks() rejects ${JSON.stringify(value)}`, () => {
    assertEquals(assertThrows(() => parse(value), AuthFileError).message, message);
  });
}

Deno.test("parseJwks() rejects what is no JSON", () => {
  assertEquals(
    assertThrows(() => parseJwks("<html>"), AuthFileError).message,
    'Cannot read line 1, column 1: unexpected "<"',
  );
});
