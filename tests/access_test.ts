/** `ams --auth` in a process of its own: reload of keys, the log, and tokens that `ams token` prints. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { SECRETS, signJwt, toPathToken } from "./access/tokens.ts";
import { start } from "./ams_process.ts";
import { eventually } from "./eventually.ts";
import { testApp } from "./server/fixture.ts";

const UNIX = Deno.build.os !== "windows";

const MAIN = new URL("../main.ts", import.meta.url).pathname;

const HOUR_SECONDS = 3600;

/** An auth file in which these keys open everything. */
function createAuth({ outside }: { readonly outside: string }) {
  const file = join(outside, "auth.json");
  const write = (...names: (keyof typeof SECRETS)[]) => {
    const keys = Object.fromEntries(names.map((name) => [name, { hmac: SECRETS[name] }]));
    const policy = { path: "/", tokens: ["akamai", "jwt"], keys: names };
    Deno.writeTextFileSync(file, JSON.stringify({ keys, policies: [policy] }));
  };
  return { file, write };
}

async function printToken(auth: string, key: string, ...more: string[]): Promise<string> {
  const args = ["token", "--auth", auth, "--key", key, "--acl", "/*", "--seconds", "60", ...more];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "-P=ams", MAIN, ...args],
    stdout: "piped",
    stderr: "piped",
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trimEnd();
}

/** Requests as often as possible until it is stopped, and then returns how often each status was received. */
function load(getUrl: () => string) {
  const counts: Record<number, number> = {};
  const completed = [0, 0];
  let running = true;
  const run = async (_: number, i: number) => {
    while (running) {
      const response = await fetch(getUrl());
      await response.bytes();
      counts[response.status] = (counts[response.status] ?? 0) + 1;
      completed[i]!++;
    }
  };
  const done = Promise.all(completed.map(run));
  return {
    /** Resolves when the requests that are in progress have ended. */
    async pass() {
      const before = [...completed];
      await eventually(
        () => completed.every((count, i) => count > before[i]!),
        "each client has received a response",
      );
    },
    async stop() {
      running = false;
      await done;
      return counts;
    },
  };
}

Deno.test(
  { name: "ams --auth rotates keys on SIGHUP without a failed request", ignore: !UNIX },
  async () => {
    using app = testApp();
    const auth = createAuth(app);
    auth.write("first");
    const server = await start(app, "--workers", "1", "--auth", auth.file);
    const refused = server.until(/Z Cannot reload/); // reads the log meanwhile, lest lines be dropped
    /** Resolves when a request with a token has this status. */
    const reload = async (name: string, expected: number) => {
      server.child.kill("SIGHUP");
      for (let status = 0; status !== expected;) {
        const response = await fetch(`${server.url}/film.json/.mpd?hdnts=${tokens[name]}`);
        await response.bytes();
        status = response.status;
      }
    };
    const tokens: Record<string, string> = { first: await printToken(auth.file, "first") };
    let [key, count] = ["first", 0];
    const running = load(() =>
      `${server.url}/.t/${toPathToken(`${tokens[key]}`)}/film.json/.mpd?${count++}`
    );
    auth.write("first", "second");
    tokens.second = await printToken(auth.file, "second");
    await reload("second", 200);
    key = "second";
    await running.pass();
    auth.write("second");
    await reload("first", 403);
    Deno.writeTextFileSync(auth.file, "{");
    server.child.kill("SIGHUP");
    await refused;
    const statuses = await running.stop();
    assertEquals(Object.keys(statuses), ["200"]);
    assert(statuses[200]! > 10);
    const old = await fetch(`${server.url}/film.json/.mpd?hdnts=${tokens.first}`);
    assertEquals(old.headers.get("ams-error"), "TOKEN_INVALID");
    await old.bytes();
    server.child.kill("SIGTERM");
    const { code, out } = await server.end();
    assertEquals(code, 0);
    assertMatch(out, /auth\.json': Cannot read line 1, column 2: /);
  },
);

Deno.test("ams --auth writes no token into 10,000 lines of log", async () => {
  using app = testApp();
  const auth = createAuth(app);
  auth.write("first");
  const server = await start(app, "--workers", "1", "--log", "json", "--auth", auth.file);
  const exp = Math.floor(Date.now() / 1000) + HOUR_SECONDS;
  const akamai = await printToken(auth.file, "first");
  const tokens = [toPathToken(akamai), await signJwt({ exp }), "secret-that-is-no-token"];
  const requests: [url: string, headers: Record<string, string>][] = [
    ...tokens.flatMap((token): [string, Record<string, string>][] => [
      [`/.t/${token}/film.json/.mpd`, {}],
      [`/.t/${token}/film.json/%ff`, {}],
      [`/%2et/${token}/absent.mp4`, {}],
      [`/.t/${token}/.t/${token}/film.json/.mpd`, {}],
      [`//.t/${token}/film.json/%ff`, {}],
    ]),
    ...[akamai, ...tokens.slice(1)].flatMap((token): [string, Record<string, string>][] => [
      [`/film.json/.mpd?hdnts=${token}`, {}],
      [`/film.json/.m3u8?token=${token}&filter=%`, {}],
      ["/film.json/Manifest", { authorization: `Bearer ${token}` }],
      ["/.ams/auth", {
        "x-original-uri": `/film.json/.mpd?hdnts=${token}`,
        cookie: `hdnts=${token}`,
      }],
    ]),
  ];
  for (const token of tokens.slice(0, 2)) {
    const response = await fetch(`${server.url}/.t/${token}/film.json/.mpd`);
    await response.bytes();
    assertEquals(response.status, 200); // a worker loads what JWTs need
  }
  const LINES = 10_000;
  const read = server.until(/\n/, LINES);
  for (let sent = 0; sent < LINES + requests.length; sent += requests.length) {
    await Promise.all(requests.map(async ([url, headers]) => {
      const response = await fetch(server.url + url, { headers });
      await response.bytes();
    }));
  }
  await read;
  server.child.kill("SIGTERM");
  const { code, out } = await server.end();
  assertEquals(code, 0);
  for (const token of [...tokens, akamai]) assertEquals(out.includes(token), false);
  assertMatch(out, /"path":"\/\.t\/-\/film\.json\/\.mpd"/);
});
