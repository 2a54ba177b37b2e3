import { assertEquals } from "@std/assert";
import { formatAkamaiToken, verifyAkamaiToken } from "../../lib/access/akamai_token.ts";
import { NOW, SECRETS, signAkamaiToken } from "./tokens.ts";

const KEYS = Object.entries(SECRETS).map(([name, hex]) => ({
  name,
  secret: Uint8Array.fromHex(hex),
}));

const verify = (token: string, keys = KEYS) => verifyAkamaiToken(token, keys);

/** Signs any text. */
async function sign(text: string): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const secret = KEYS[0]!.secret;
  const key = await crypto.subtle.importKey("raw", secret, algorithm, false, ["sign"]);
  const hmac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text));
  return `${text}~hmac=${new Uint8Array(hmac).toHex()}`;
}

Deno.test("verifyAkamaiToken() reads what Akamai's generator writes", () => {
  const token = verify(signAkamaiToken({
    acl: ["/films/*", "/x?.jpg"],
    st: NOW,
    ip: "192.0.2.7",
    id: "session",
    data: "a=b",
  }));
  assertEquals([token?.kind, token?.key, token?.notBefore, token?.expires], [
    "akamai",
    "first",
    NOW,
    NOW + 60,
  ]);
  const paths = ["/films/a.json/.mpd", "/x1.jpg", "/x12.jpg", "/other"];
  assertEquals(paths.map((path) => token?.covers?.(path)), [true, true, false, false]);
  assertEquals(token?.networks?.map(([address, length]) => `${address}/${length}`), [
    "192.0.2.7/32",
  ]);
});

Deno.test("verifyAkamaiToken() tries all keys", () => {
  assertEquals(verify(signAkamaiToken({ acl: "/*", key: "second" }))?.key, "second");
  assertEquals(verify(signAkamaiToken({ acl: "/*", key: "second" }), [KEYS[0]!]), undefined);
});

const escaped: [acl: string, path: string][] = [
  ["/a%20b/%2a", "/a b/c"],
  ["%2ffilms%2f%2a!%2fx", "/x"],
  ["/films/*%21/x", "/x"],
];

for (const [acl, path] of escaped) {
  Deno.test(`verifyAkamaiToken() decodes acl=${acl}`, async () => {
    assertEquals(verify(await sign(`exp=1~acl=${acl}`))?.covers?.(path), true);
  });
}

const valid = signAkamaiToken({ acl: "/films/*" });

const tampered: [what: string, token: string][] = [
  ["nothing", ""],
  ["a later end", valid.replace(/exp=\d+/, "exp=9999999999")],
  ["another path", valid.replace("/films/*", "/*")],
  ["a field more", `id=1~${valid}`],
  ["a truncated signature", valid.slice(0, -1)],
  ["a longer signature", `${valid}0`],
  ["an upper case signature", valid.replace(/[0-9a-f]+$/, (hmac) => hmac.toUpperCase())],
  ["no signature", valid.replace(/~hmac.*/, "")],
  ["a signature of zeros", valid.replace(/[0-9a-f]+$/, "0".repeat(64))],
  ["fields after the signature", `${valid}~acl=/*`],
  ["two signatures", valid.replace(/(~hmac=.*)/, "$1$1")],
];

for (const [what, token] of tampered) {
  Deno.test(`verifyAkamaiToken() rejects ${what}`, () => assertEquals(verify(token), undefined));
}

/** Signed by a key, but not what a generator writes. */
const malformed = [
  "",
  "acl=/*",
  "exp=1",
  "exp=1~acl=",
  "exp=1~exp=2~acl=/*",
  "exp=1~acl=/a~acl=/*",
  "st=1~st=1~exp=1~acl=/*",
  "exp=1e9~acl=/*",
  "exp=-1~acl=/*",
  "exp=~acl=/*",
  "exp=01~acl=/*",
  "st=now~exp=1~acl=/*",
  "ip=~exp=1~acl=/*",
  "ip=example.com~exp=1~acl=/*",
  "ip=192.0.2.7~ip=192.0.2.8~exp=1~acl=/*",
  "exp=1~acl=/%ff*",
  "exp=1~acl=/*~geo=FR",
  "exp=1~acl=/*~",
  "exp=1~acl=/*~hmac=00",
];

for (const text of malformed) {
  Deno.test(`verifyAkamaiToken() rejects a signed '${text}'`, async () => {
    assertEquals(verify(await sign(text)), undefined);
  });
}

Deno.test("formatAkamaiToken() writes what Akamai's generator writes", () => {
  const fields = { acl: "/films/*", ip: "192.0.2.7", expires: NOW + 60 };
  const { acl, ip } = fields;
  assertEquals(formatAkamaiToken(fields, KEYS[0]!.secret), signAkamaiToken({ acl, ip }));
  assertEquals(formatAkamaiToken({ acl, expires: NOW + 60 }, KEYS[0]!.secret), valid);
});

Deno.test("formatAkamaiToken() opens decoded paths that contain a percent sign", () => {
  for (const path of ["/100%/a.mp4", "/a%41.mp4", "/100%25/a.mp4"]) {
    const token = formatAkamaiToken({ acl: path, expires: NOW + 60 }, KEYS[0]!.secret);
    assertEquals(verifyAkamaiToken(token, KEYS)?.covers?.(path), true, path);
  }
  const fields = { acl: "/*", ip: "fe80::1%eth0", expires: NOW + 60 };
  const token = verifyAkamaiToken(formatAkamaiToken(fields, KEYS[0]!.secret), KEYS);
  assertEquals(token?.networks?.length, 1);
});
