import { assertEquals, assertRejects } from "@std/assert";
import type { JWK } from "jose";
import { AccessSource } from "../../lib/ams/access_source.ts";
import { SetupError } from "../../lib/ams/setup.ts";
import { createKeyPair, SECRETS } from "../access/tokens.ts";
import { LocalFiles } from "../test_files.ts";

const URL_OF_KEYS = "https://idp.example/jwks";

const [{ jwk: first }, { jwk: second }] = [
  await createKeyPair("ES256", "first"),
  await createKeyPair("ES256", "second"),
];

const MINUTE_MS = 60_000;

/** A source of `auth.json`, whose key set of a URL is `remote.keys`, or an error. */
function createSource(jwks: string) {
  const files = new LocalFiles();
  const write = (name: string, value: unknown) => files.write(name, JSON.stringify(value));
  const file = {
    keys: { secret: { hmac: SECRETS.first }, idp: { jwks } },
    policies: [{ path: "/", tokens: ["jwt"], keys: ["idp"] }],
  };
  write("auth.json", file);
  const remote = { keys: [first] as JWK[] | Response | Error, fetched: 0, now: 1e6 };
  const messages: string[] = [];
  const source = new AccessSource(`${files.root}/auth.json`, {
    onMessage: (message) => messages.push(message),
    now: () => remote.now,
    fetch(url) {
      remote.fetched++;
      assertEquals(url, URL_OF_KEYS);
      const { keys } = remote;
      if (keys instanceof Error) return Promise.reject(keys);
      return Promise.resolve(keys instanceof Response ? keys : Response.json({ keys }));
    },
  });
  return { files, file, write, remote, messages, source };
}

Deno.test("AccessSource.read() reads keys of files and URLs", async () => {
  for (const [jwks, refreshable] of [["jwks.json", false], [URL_OF_KEYS, true]] as const) {
    const { files, write, source } = createSource(jwks);
    using _ = files;
    write("jwks.json", { keys: [first] });
    const { secrets, sets, policies, skew } = (await source.read())();
    assertEquals(secrets, [{ name: "secret", secret: Uint8Array.fromHex(SECRETS.first) }]);
    assertEquals(sets, [{ name: "idp", keys: [first], refreshable }]);
    assertEquals([policies.length, skew], [1, 30]);
  }
});

const broken: [
  what: string,
  change: (write: (name: string, value: unknown) => void) => void,
  reason: RegExp,
][] = [
  [
    "key",
    (write) => write("auth.json", { keys: {}, policies: [], x: 1 }),
    /: x: Cannot use this key/,
  ],
  ["set", (write) => write("jwks.json", {}), /: keys\.idp\.jwks: Cannot find "keys"/],
];

for (const [what, change, reason] of broken) {
  Deno.test(`AccessSource.read() changes nothing if a ${what} is invalid`, async () => {
    const { files, file, write, source } = createSource("jwks.json");
    using _ = files;
    write("jwks.json", { keys: [first] });
    const before = (await source.read())();
    change(write);
    const { message } = await assertRejects(() => source.read(), SetupError);
    assertEquals(reason.test(message), true, message);
    assertEquals(message.startsWith("Cannot use --auth '"), true);
    assertEquals(await source.refreshNow(), before);
    write("auth.json", file);
    write("jwks.json", { keys: [second] });
    await source.read(); // is not put into use
    assertEquals(await source.refreshNow(), before);
    assertEquals((await source.read())().sets[0]!.keys, [second]);
  });
}

Deno.test("AccessSource.read() names a file that it cannot read", async () => {
  const { files, source } = createSource("absent.json");
  using _ = files;
  const { message } = await assertRejects(() => source.read(), SetupError);
  assertEquals(message.endsWith("absent.json': no such file or directory"), true, message);
});

const failures: [what: string, keys: () => Response | Error, reason: string][] = [
  ["no connection", () => new TypeError("connection refused\nat"), "connection refused"],
  ["a status", () => new Response(null, { status: 503 }), "Cannot use status 503, expected 200"],
  ["a page", () => new Response("<html>"), 'Cannot read line 1, column 1: unexpected "<"'],
  ["a timeout", () => new DOMException("", "TimeoutError"), "no response in 5 s"],
  [
    "a large response",
    () => new Response(" ".repeat(2 ** 20 + 1)),
    "Cannot use more than 1048576 bytes",
  ],
];

for (const [what, keys, reason] of failures) {
  Deno.test(`AccessSource retains the keys of a URL after ${what}`, async () => {
    const { files, remote, messages, source } = createSource(URL_OF_KEYS);
    using _ = files;
    (await source.read())();
    remote.keys = keys();
    assertEquals((await source.read())().sets[0]!.keys, [first]);
    assertEquals(messages, [`Cannot read the keys of ${URL_OF_KEYS}: ${reason}`]);
  });
}

Deno.test("AccessSource.refresh() reads the keys of a URL hourly, and after a failure each minute", async () => {
  const { files, remote, messages, source } = createSource(URL_OF_KEYS);
  using _ = files;
  (await source.read())();
  remote.now += 60 * MINUTE_MS - 1;
  assertEquals(await source.refresh(), undefined);
  remote.now += 1;
  remote.keys = new TypeError("no");
  assertEquals(await source.refresh(), undefined);
  assertEquals([remote.fetched, messages.length], [2, 1]);
  remote.keys = [first, second];
  assertEquals(await source.refresh(), undefined, "a minute has not passed");
  remote.now += MINUTE_MS;
  assertEquals((await source.refresh())?.sets[0]?.keys, [first, second]);
  remote.now += 60 * MINUTE_MS;
  assertEquals(await source.refresh(), undefined, "the keys are the same");
  assertEquals(remote.fetched, 4);
});

Deno.test("AccessSource.refreshNow() reads the keys of a URL at most once a minute", async () => {
  const { files, remote, source } = createSource(URL_OF_KEYS);
  using _ = files;
  (await source.read())();
  remote.keys = [second];
  remote.now += MINUTE_MS - 1;
  assertEquals((await source.refreshNow())?.sets[0]?.keys, [first]);
  remote.now += 1;
  assertEquals((await source.refreshNow())?.sets[0]?.keys, [second]);
  assertEquals((await source.refreshNow())?.sets[0]?.keys, [second]);
  assertEquals(remote.fetched, 2);
});

Deno.test("AccessSource starts without the keys of a URL that cannot be read", async () => {
  const { files, remote, source } = createSource(URL_OF_KEYS);
  using _ = files;
  remote.keys = new TypeError("no");
  assertEquals((await source.read())().sets[0]!.keys, []);
  remote.keys = [first];
  remote.now += MINUTE_MS;
  assertEquals((await source.refresh())?.sets[0]?.keys, [first]);
});
