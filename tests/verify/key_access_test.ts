import { assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { toPackage } from "../../lib/presentation/to_package.ts";
import { formatPackage } from "../../lib/package/package.ts";
import { verifyCommand } from "../../lib/verify/command.ts";
import { KeyFileError } from "../../lib/drm/key_file.ts";
import type { KeyIds } from "../../lib/drm/asset_keys.ts";
import { buildCpix, buildRule, SPEKE_KEY } from "../drm/cpix_document.ts";
import { openTestdata } from "../sample_presentations.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const FILE = "tone-aac-mono.m4a";

interface Site {
  readonly pack: string;
  readonly keys: string;
  /** Paths that the key server was asked for, and what a test adds. */
  readonly events: string[];
}

/** Runs `test` with a protected package whose keys a server on this machine has. */
async function withKeyServer(
  test: (site: Site) => Promise<void>,
  { kids, rules }: { kids?: KeyIds; rules?: string } = { kids: { all: SPEKE_KEY.kid } },
): Promise<void> {
  const events: string[] = [];
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    events.push(new URL(request.url).pathname);
    const attributes = 'version="2.3"';
    return new Response(buildCpix({ attributes, ...rules && { rules } }));
  });
  const directory = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.copyFile(join(ROOT, "testdata", FILE), join(directory, FILE));
    const presentation = await openTestdata([FILE]);
    const declared = { scheme: "cenc", source: "docs", content: "heat" } as const;
    const protection = { ...declared, ...kids && { kids } };
    const pack = { ...toPackage(presentation), protection };
    presentation.close();
    const site = { pack: join(directory, "v.json"), keys: join(directory, "keys.json"), events };
    await Deno.writeTextFile(site.pack, formatPackage(pack));
    const cpix = `http://127.0.0.1:${server.addr.port}/{content}.xml`;
    const sources = { docs: { cpix, systems: ["clearkey"] } };
    await Deno.writeTextFile(site.keys, JSON.stringify({ ams: 1, sources }));
    await test(site);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("openKeyAccess() requests keys once, before the network is given up", () =>
  withKeyServer(async ({ pack, keys, events }) => {
    const out = { line: () => {}, warn: () => {} };
    const program = { version: "1.2.3", revokeNetwork: () => void events.push("revoked") };
    assertEquals(await verifyCommand(["--keys", keys, pack], out, program), true);
    assertEquals(events, ["/heat.xml", "revoked"]);
  }));

Deno.test("openKeyAccess() leaves it to the document which key encrypts which rendition", () => {
  const rules = buildRule('intendedTrackType="AUDIO"');
  return withKeyServer(async ({ pack, keys, events }) => {
    const lines: string[] = [];
    const out = { line: (text: string) => void lines.push(text), warn: () => {} };
    assertEquals(await verifyCommand(["--keys", keys, pack], out, { version: "1.2.3" }), true);
    assertEquals(events, ["/heat.xml"]);
    assertEquals(lines.some((line) => / CMAF .* same$/.test(line)), true);
  }, { rules });
});

for (
  const [what, text, reason] of [
    ["names no key of the file", "[]", "Cannot use this value: expected an object"],
    ["is not JSON", "{", "Cannot read line 1, column 2: expected JSON"],
    ["lacks a key", '{ "ams": 1 }', "sources: Cannot find this key"],
  ] as const
) {
  Deno.test(`openKeyAccess() names the key file if it ${what}`, () =>
    withKeyServer(async ({ pack, keys }) => {
      await Deno.writeTextFile(keys, text);
      const out = { line: () => {}, warn: () => {} };
      const error = await assertRejects(
        () => verifyCommand(["--keys", keys, pack], out, { version: "1.2.3" }),
        KeyFileError,
      );
      assertEquals(error.message, `Cannot use --keys '${keys}': ${reason}`);
    }));
}

Deno.test("amspackager verify --keys requests keys in its sandbox", () =>
  withKeyServer(async ({ pack, keys, events }) => {
    const args = ["-P=amspackager", "packager.ts", "verify", "--keys", keys, pack];
    const command = new Deno.Command(Deno.execPath(), { args: ["run", ...args], cwd: ROOT });
    const { code, stderr } = await command.output();
    assertEquals([code, events], [0, ["/heat.xml"]], new TextDecoder().decode(stderr));
  }));
