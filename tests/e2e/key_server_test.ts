/** ams gets keys of a SPEKE server, which fails and lies as servers do. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { type Ams, amspackager, startAms, TESTDATA } from "./ams.ts";
import {
  AUTHORIZATION,
  type Behavior,
  BEHAVIORS,
  getServedKey,
  startSpekeServer,
} from "./speke_server.ts";

const MEDIA = "flash-avc-bframes.mp4";

/** Lets a server hang without a test that waits long. */
const TIMEOUT_SECONDS = 2;

/** Where no server hangs, a busy machine may take long. */
const PATIENT = { timeout: 30 };

const CODES: Readonly<Record<Behavior, readonly [status: number, code: string, requests: number]>> =
  {
    "500": [503, "KEYS_UNAVAILABLE", 3],
    "422": [500, "KEYS_INVALID", 1],
    "429": [503, "KEYS_UNAVAILABLE", 3],
    cut: [503, "KEYS_UNAVAILABLE", 3],
    hang: [503, "KEYS_UNAVAILABLE", 1],
    redirect: [500, "KEYS_INVALID", 1],
    nokey: [500, "KEYS_INVALID", 1],
    kid: [500, "KEYS_INVALID", 1],
    content: [500, "KEYS_INVALID", 1],
    scheme: [500, "KEYS_INVALID", 1],
    shortkey: [500, "KEYS_INVALID", 1],
    html: [500, "KEYS_INVALID", 1],
    entities: [500, "KEYS_INVALID", 1],
    large: [500, "KEYS_INVALID", 1],
    endlist: [500, "KEYS_INVALID", 1],
    method: [500, "KEYS_INVALID", 1],
  };

/** A document root with a clear package, and a key file beside it. */
class Site implements AsyncDisposable {
  readonly root: string;
  readonly keyFile: string;

  private constructor(readonly directory: string) {
    this.root = join(directory, "root");
    this.keyFile = join(directory, "keys.json");
  }

  static async create(): Promise<Site> {
    const site = new Site(await Deno.makeTempDir({ prefix: "ams-e2e-" }));
    await Deno.mkdir(join(site.root, ".media"), { recursive: true });
    await Deno.copyFile(join(TESTDATA, MEDIA), join(site.root, ".media", MEDIA));
    await amspackager(site.root, "-o", "clear.json", "-i", `.media/${MEDIA}`);
    return site;
  }

  /** Writes packages by name, whose content IDs are their names. */
  async protect(names: readonly string[], ...flags: string[]): Promise<void> {
    const [first, ...others] = names as [string, ...string[]];
    const input = ["-o", `${first}.json`, "-i", `.media/${MEDIA}`];
    const source = ["--content", first, "--key-source", "vendor"];
    await amspackager(this.root, ...input, ...source, ...flags);
    const text = await Deno.readTextFile(join(this.root, `${first}.json`));
    for (const name of others) {
      const copy = text.replace(`"content": "${first}"`, `"content": "${name}"`);
      await Deno.writeTextFile(join(this.root, `${name}.json`), copy);
    }
  }

  async writeKeyFile(url: string, more: object = {}): Promise<void> {
    const vendor = {
      speke: `${url}/SpekeV2`,
      headers: { Authorization: AUTHORIZATION },
      systems: ["widevine"],
      timeout: TIMEOUT_SECONDS,
      ...more,
    };
    const text = JSON.stringify({ ams: 1, sources: { vendor } });
    await Deno.writeTextFile(this.keyFile, text, { mode: 0o600 });
  }

  start(...args: string[]): Promise<Ams> {
    return startAms(this.root, "--keys", this.keyFile, ...args);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.directory, { recursive: true });
  }
}

async function get(ams: Ams, path: string) {
  const response = await fetch(`${ams.url}/${path}`);
  const text = await response.text();
  const code = response.headers.get("ams-error");
  return { status: response.status, code, text };
}

async function waitFor(ams: Ams, pattern: RegExp): Promise<void> {
  for (let i = 0; i < 200 && !pattern.test(ams.log()); i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assertMatch(ams.log(), pattern);
}

Deno.test("ams requests keys as the encryption contract demands, once for all workers", async () => {
  await using server = await startSpekeServer();
  await using site = await Site.create();
  const pers = ["all", "type", "resolution"];
  for (const per of pers) {
    for (const scheme of ["cbcs", "cenc"]) {
      await site.protect([`${per}-${scheme}`], "--protect", scheme, "--key-per", per);
    }
  }
  await site.writeKeyFile(server.url);
  await using ams = await site.start("--workers", "2", "--admin", "127.0.0.1:0");
  const names = pers.flatMap((per) => [`${per}-cbcs`, `${per}-cenc`]);
  for (const name of names) {
    const responses = await Promise.all(
      Array.from({ length: 8 }, () => get(ams, `${name}.json/master.m3u8`)),
    );
    for (const { status, text } of responses) {
      assertEquals(status, 200, text);
      const { kids } =
        JSON.parse(await Deno.readTextFile(join(site.root, `${name}.json`))).protection;
      for (const kid of Object.values(kids)) {
        assertStringIncludes(
          text,
          `#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES${
            name.endsWith("cenc") ? "-CTR" : ""
          },URI="data:,${kid}"`,
        );
      }
    }
  }
  assertEquals([server.faults, server.requested.toSorted()], [[], names.toSorted()]);
  const [, admin] = /Serving metrics at (\S+)/.exec(ams.log())!;
  const metrics = await (await fetch(admin!)).text();
  const count = `ams_key_requests_total{source="vendor",result="success"} ${names.length}\n`;
  assertStringIncludes(metrics, count);
});

Deno.test("ams names what a key server does wrong, tries again, and serves other assets", async () => {
  await using server = await startSpekeServer();
  await using site = await Site.create();
  const names = BEHAVIORS.map((behavior) => `a.${behavior}`);
  await site.protect(["good", ...names], "--protect", "cbcs");
  await site.writeKeyFile(server.url);
  await using ams = await site.start("--workers", "2", "--log", "json");
  assertEquals((await get(ams, "good.json/.mpd")).status, 200);
  const responses = Object.fromEntries(
    await Promise.all(
      BEHAVIORS.map(async (behavior) => {
        const response = await get(ams, `a.${behavior}.json/.mpd`);
        const again = await get(ams, `a.${behavior}.json/.m3u8`); // is not requested again so soon
        for (const other of ["clear", "good"]) {
          assertEquals((await get(ams, `${other}.json/.mpd`)).status, 200, behavior);
        }
        return [behavior, { ...response, again }] as const;
      }),
    ),
  );
  for (const [behavior, [status, code, requests]] of Object.entries(CODES)) {
    const { again, text, ...response } = responses[behavior]!;
    assertEquals([response.status, response.code], [status, code], `${behavior}: ${text}`);
    assertEquals([again.status, again.code], [status, code], behavior);
    assertStringIncludes(text, "sources.vendor: ");
    const sent = server.requested.filter((content) => content === `a.${behavior}`);
    assertEquals(sent.length, requests, behavior);
    assertStringIncludes(ams.log(), code);
  }
  const texts = Object.values(responses).map(({ text }) => text).join("\n") + ams.log();
  const key = await getServedKey("a56ce54c-0cc3-87e6-8470-40368011fbf6");
  for (const secret of [AUTHORIZATION, "c2VjcmV0", "SpekeV2", "secret of", key.toHex()]) {
    assertEquals(texts.includes(secret), false, secret);
  }
  assertEquals(server.faults, []);
});

Deno.test("an open asset is served without the key server, others are not", async () => {
  await using site = await Site.create();
  await site.protect(["open", "closed"], "--protect", "cenc");
  const server = await startSpekeServer();
  await site.writeKeyFile(server.url);
  await using ams = await site.start("--workers", "1");
  const before = await get(ams, "open.json/master.m3u8");
  assertEquals(before.status, 200);
  await server[Symbol.asyncDispose]();
  const after = await get(ams, "open.json/master.m3u8");
  assertEquals([after.status, after.text], [200, before.text]);
  const closed = await get(ams, "closed.json/master.m3u8");
  assertEquals([closed.status, closed.code], [503, "KEYS_UNAVAILABLE"]);
  assertEquals((await get(ams, "clear.json/master.m3u8")).status, 200);
});

Deno.test("a KID serves one scheme, whichever worker opens the packages", async () => {
  await using server = await startSpekeServer();
  await using site = await Site.create();
  const kid = "75794092-4434-8559-bd33-c5716f3ba359";
  const flags = ["--key-per", "all", "--kid", `all=${kid}`];
  await site.protect(["first"], "--protect", "cbcs", ...flags);
  await site.protect(["second"], "--protect", "cenc", ...flags);
  await site.writeKeyFile(server.url);
  await using ams = await site.start("--workers", "2");
  assertEquals((await get(ams, "first.json/.mpd")).status, 200);
  for (let i = 0; i < 4; i++) {
    const { status, code, text } = await get(ams, "second.json/.mpd");
    assertEquals([status, code], [500, "KEYS_INVALID"]);
    assertStringIncludes(text, `KID ${kid} in 'second.json' with cenc: 'first.json' uses it`);
  }
  assertEquals(server.requested, ["first"]);
});

Deno.test("SIGHUP puts a key file with another host into use, and no broken one", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await using first = await startSpekeServer();
  await using second = await startSpekeServer();
  await using site = await Site.create();
  await site.protect(["one", "two"], "--protect", "cbcs");
  await site.writeKeyFile(first.url, PATIENT);
  await using ams = await site.start("--workers", "2");
  assertEquals((await get(ams, "one.json/.mpd")).status, 200);
  await Deno.writeTextFile(site.keyFile, '{ "ams": 1, "sources": { "vendor": { "sped": "" } } }');
  Deno.kill(ams.pid, "SIGHUP");
  await waitFor(ams, /Cannot reload, so nothing has changed: .*sources\.vendor: Cannot use this/);
  await site.writeKeyFile(second.url, PATIENT);
  Deno.kill(ams.pid, "SIGHUP");
  await waitFor(ams, /Reloaded: keys/);
  for (let i = 0; i < 400 && second.count() === 0; i++) { // the next thread requests keys first
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assertEquals([first.requested, second.requested], [["one"], ["one"]]);
  assertEquals((await get(ams, "one.json/.mpd")).status, 200);
  for (let i = 0; i < 400 && second.count() === 1; i++) {
    await get(ams, "two.json/.mpd");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assertEquals((await get(ams, "two.json/.mpd")).status, 200);
  assert(second.requested.includes("two"));
  assertEquals(second.faults, []);
});
