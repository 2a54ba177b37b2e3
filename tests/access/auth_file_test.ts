import { assertEquals, assertThrows } from "@std/assert";
import { Ajv2020 } from "ajv/2020";
import { AuthFileError, parseAuthFile } from "../../lib/access/auth_file.ts";
import published from "../../lib/access/auth_file.schema.json" with { type: "json" };

const HMAC = "0123456789abcdef".repeat(4);

const KEYS = { "2026-11": { hmac: HMAC }, idp: { jwks: "/run/secrets/jwks.json" } };

const FILMS = { path: "/films/", tokens: ["akamai", "jwt"], keys: ["2026-11", "idp"] };

const parse = (file: unknown) => parseAuthFile(JSON.stringify(file));

const withPolicy = (policy: object) => ({ keys: KEYS, policies: [{ ...FILMS, ...policy }] });

Deno.test("parseAuthFile() reads the example of the documentation", () => {
  const file = parse({
    keys: KEYS,
    policies: [
      { ...FILMS, address: false, caching: "private", iss: "a", aud: ["b", "c"] },
      { path: "/trailers/", tokens: [] },
    ],
    default: "deny",
    skew: 30,
  });
  assertEquals(file, {
    keys: KEYS,
    policies: [
      {
        path: "/films/",
        tokens: ["akamai", "jwt"],
        keys: ["2026-11", "idp"],
        iss: ["a"],
        aud: ["b", "c"],
        address: false,
        caching: "private",
      },
      { path: "/trailers/", tokens: [], keys: [], address: false, caching: "private" },
    ],
    default: "deny",
    skew: 30,
  });
});

Deno.test("parseAuthFile() denies paths without a policy, and tolerates 30 seconds, by default", () => {
  const { default: rest, skew } = parse({ keys: {}, policies: [] });
  assertEquals([rest, skew], ["deny", 30]);
});

const invalid: [file: unknown, message: string][] = [
  [[], "Cannot use an array: expected an object"],
  [{ policies: [] }, "keys: Cannot find this key"],
  [{ keys: {} }, "policies: Cannot find this key"],
  [
    { keys: {}, policies: [], polices: [] },
    "polices: Cannot use this key: expected one of keys, policies, default, skew",
  ],
  [{ keys: {}, policies: {} }, "policies: Cannot use an object: expected an array"],
  [
    { keys: {}, policies: [], default: "allow" },
    'default: Cannot use "allow": expected one of deny, open',
  ],
  [{ keys: {}, policies: [], skew: -1 }, "skew: Cannot use -1: expected an integer from 0 to 3600"],
  [
    { keys: { "a b": { hmac: HMAC } }, policies: [] },
    'keys["a b"]: Cannot use this name: expected letters, digits, ".", "_" and "-"',
  ],
  [
    { keys: { a: {} }, policies: [] },
    'keys.a: Cannot use this key: expected either "hmac" or "jwks"',
  ],
  [
    { keys: { a: { hmac: HMAC, jwks: "a" } }, policies: [] },
    'keys.a: Cannot use this key: expected either "hmac" or "jwks"',
  ],
  [
    { keys: { a: { hmac: HMAC.slice(2) } }, policies: [] },
    "keys.a.hmac: Cannot use this value: expected 64 to 1024 hexadecimal digits, an even number",
  ],
  [
    { keys: { a: { hmac: `${HMAC}0` } }, policies: [] },
    "keys.a.hmac: Cannot use this value: expected 64 to 1024 hexadecimal digits, an even number",
  ],
  [
    { keys: { a: { jwks: "http://example.com/jwks" } }, policies: [] },
    'keys.a.jwks: Cannot use "http://example.com/jwks": expected a path or an https URL',
  ],
  [
    withPolicy({ path: "films" }),
    'policies[0].path: Cannot use "films": expected a path that begins with "/"',
  ],
  [
    withPolicy({ path: "/a//b" }),
    'policies[0].path: Cannot use "/a//b": expected a path without empty segments, "." and ".."',
  ],
  [
    withPolicy({ path: "/a/../b" }),
    'policies[0].path: Cannot use "/a/../b": expected a path without empty segments, "." and ".."',
  ],
  [
    withPolicy({ path: "/a%20b" }),
    'policies[0].path: Cannot use "/a%20b": expected a path that is neither percent-encoded nor followed by a query',
  ],
  [
    withPolicy({ path: "/.ams/x" }),
    'policies[0].path: Cannot use "/.ams/x": expected a path outside of "/.ams" and "/.t"',
  ],
  [
    withPolicy({ tokens: ["cookie"] }),
    'policies[0].tokens[0]: Cannot use "cookie": expected one of akamai, jwt',
  ],
  [
    withPolicy({ keys: ["2026-12"] }),
    'policies[0].keys[0]: Cannot use "2026-12": expected one of 2026-11, idp',
  ],
  [
    withPolicy({ keys: Array(5).fill("idp") }),
    "policies[0].keys: Cannot use an array: expected at most 4 values",
  ],
  [
    withPolicy({ keys: [] }),
    "policies[0].keys: Cannot check tokens: expected the names of one to four keys",
  ],
  [
    { keys: KEYS, policies: [{ path: "/", tokens: ["jwt"] }] },
    "policies[0]: Cannot check tokens: expected the names of one to four keys",
  ],
  [
    withPolicy({ keys: ["idp"] }),
    'policies[0].keys: Cannot check tokens of "akamai": expected a key with "hmac"',
  ],
  [
    withPolicy({ tokens: [] }),
    'policies[0].keys: Cannot use keys: "tokens" is empty, which opens the path to all',
  ],
  [
    withPolicy({ tokens: ["akamai"], iss: "a" }),
    'policies[0].iss: Cannot use this key: "tokens" does not contain "jwt"',
  ],
  [withPolicy({ iss: 1 }), "policies[0].iss: Cannot use 1: expected an array"],
  [
    withPolicy({ aud: [] }),
    "policies[0].aud: Cannot use an array: expected text or a list of texts",
  ],
  [
    withPolicy({ tokens: [], keys: [], address: true }),
    "policies[0].address: Cannot use true: expected false where no token is needed",
  ],
  [
    withPolicy({ caching: "shared" }),
    'policies[0].caching: Cannot use "shared": expected one of private, public',
  ],
  [
    { keys: KEYS, policies: [FILMS, { ...FILMS, path: "/films" }] },
    'policies[1].path: Cannot use "/films" twice',
  ],
  [
    {
      keys: KEYS,
      policies: [{ ...FILMS, path: "/a.json" }, { path: "/a.ism", tokens: [] }],
    },
    'policies[1].path: Cannot use "/a.ism" twice',
  ],
];

for (const [file, message] of invalid) {
  Deno.test(`parseAuthFile() rejects a file: ${message}`, () => {
    assertEquals(assertThrows(() => parse(file), AuthFileError).message, message);
  });
}

Deno.test("parseAuthFile() names the line of a syntax error", () => {
  const error = assertThrows(() => parseAuthFile('{\n  "keys": [,]\n}'), AuthFileError);
  assertEquals(error.message, 'Cannot read line 2, column 12: unexpected ","');
});

Deno.test("parseAuthFile() never quotes a secret", () => {
  const error = assertThrows(
    () => parse({ keys: { a: { hmac: "secret" } }, policies: [] }),
    AuthFileError,
  );
  assertEquals(error.message.includes("secret"), false);
});

/** What a schema cannot express: references, and conditions on other members. */
const BEYOND_SCHEMA =
  /twice|expected one of 2026|check tokens|Cannot use keys|does not contain|no token is needed/;

Deno.test("auth_file.schema.json and parseAuthFile() agree", async (t) => {
  const validate = new Ajv2020().compile(published);
  assertEquals(validate({ keys: KEYS, policies: [FILMS], default: "open", skew: 0 }), true);
  for (const [file, message] of invalid) {
    if (BEYOND_SCHEMA.test(message)) continue;
    await t.step(message, () => assertEquals(validate(file), false));
  }
});
