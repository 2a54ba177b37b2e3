import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { MediaError } from "../../lib/errors.ts";
import { getOriginUrl } from "../../lib/storage/remote/object_url.ts";
import type { RemoteOrigin } from "../../lib/storage/remote/origin.ts";
import { verifyCommand } from "../../lib/verify/command.ts";
import type { Finding } from "../../lib/verify/findings.ts";
import { runPackager, withDirectory } from "../packager/films.ts";
import { MemoryOrigin } from "../storage/remote/memory_origin.ts";
import { PLAYREADY_TEST_SEED } from "../drm/vectors.ts";
import { declareProtection } from "../protected_presentations.ts";
import { readTestdata } from "../test_files.ts";

const VIDEO = "ladder-avc-240p.mp4";
const SUBTITLES = "ladder-vtt-fra.vtt";
const FILES = [VIDEO, SUBTITLES];

const DIRECTORY = "s3://media/films";

async function run(origin: MemoryOrigin, ...args: string[]) {
  const [lines, connected, revoked]: [string[], string[], string[]] = [[], [], []];
  const out = {
    line: (text: string) => void lines.push(...text.split("\n")),
    warn: (text: string) => void lines.push(text),
  };
  const connect = (origin_: RemoteOrigin) => {
    connected.push(getOriginUrl(origin_));
    return { reader: origin, [Symbol.dispose]: () => void connected.pop() };
  };
  const revokeNetwork = () => void revoked.push("net");
  const same = await verifyCommand(args, out, { version: "1", connect, revokeNetwork });
  assertEquals(connected, []);
  return { same, lines, revoked };
}

/** Returns a package of the files with what `edit` makes of it, and an origin that has all of them. */
async function startOrigin(edit: (pack: SealedPackage) => void = () => {}) {
  const origin = new MemoryOrigin();
  await withDirectory(async (directory) => {
    for (const file of FILES) {
      await Deno.writeFile(join(directory, file), readTestdata(file));
      origin.write(file, readTestdata(file), `"${file}"`);
    }
    const inputs = FILES.map((file) => join(directory, file));
    const { lines } = await runPackager(["-o", "-", "-q", "-d", "2", ...inputs]);
    const text = lines.join("\n").replaceAll(/"[^"]*\/(ladder-[^"]*)"/g, '"$1"');
    const pack: SealedPackage = JSON.parse(text);
    for (const source of pack.sources) source.etag = `"${source.file}"`;
    edit(pack);
    origin.write("v.json", new TextEncoder().encode(JSON.stringify(pack)));
  });
  return origin;
}

interface SealedPackage {
  readonly sources: { file: string; size: number; etag?: string }[];
  readonly tracks: { file: string }[];
}

/** Without what differs between two runs, and between places. */
const getRows = (lines: readonly string[]) =>
  lines.slice(1).map((line) => line.replace(/ in [\d.]+ s.*/, ""));

Deno.test("amspackager verify finds that a package of a bucket is as one of a directory", () =>
  withDirectory(async (directory) => {
    const origin = await startOrigin();
    const remote = await run(origin, `${DIRECTORY}/v.json?region=x`);
    assertEquals(remote.lines[0], `-- Verifying '${DIRECTORY}/v.json'`);
    assertEquals([remote.same, remote.revoked], [true, []]);
    for (const file of [...FILES, "v.json"]) {
      const { head } = (await origin.open(file, new AbortController().signal))!;
      await Deno.writeFile(join(directory, file), head.length < 65536 ? head : readTestdata(file));
    }
    const local = await run(origin, join(directory, "v.json"));
    assertEquals(getRows(remote.lines), getRows(local.lines));
    assertEquals([local.same, local.revoked], [true, ["net"]]); // ETags are those of origins
  }));

const CONTENT = `the content of '${VIDEO}' is not that of the package: package it again`;

const seal = (found: string) =>
  `the origin sends ${found} of '${VIDEO}', and the package has "${VIDEO}": seal or package it again`;

/** Returns the film with other bytes of the same size, in a slice that the digest takes. */
function changeBytes(): Uint8Array {
  const bytes = readTestdata(VIDEO).slice();
  bytes[new TextDecoder("latin1").decode(bytes).indexOf("mdat") + 4]! ^= 1;
  return bytes;
}

const faults: [what: string, bytes: Uint8Array, etag: string | undefined, message: string][] = [
  [
    "another size",
    new Uint8Array([...readTestdata(VIDEO), 0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65]),
    '"2"',
    CONTENT,
  ],
  ["other bytes", changeBytes(), '"2"', CONTENT],
  ["other bytes with the same ETag", changeBytes(), `"${VIDEO}"`, CONTENT],
  ["another ETag", readTestdata(VIDEO), '"2"', seal('the ETag "2"')],
  ["a weak ETag", readTestdata(VIDEO), `W/"${VIDEO}"`, seal("no strong ETag")],
];

for (const [what, bytes, etag, message] of faults) {
  Deno.test(`amspackager verify finds a remote file with ${what}`, async () => {
    const origin = await startOrigin();
    origin.write(VIDEO, bytes, etag);
    const { same, lines } = await run(origin, "--json", `${DIRECTORY}/v.json`);
    const { file, differences } = JSON.parse(lines.join(""));
    const found = differences.filter(({ rule }: Finding) => rule === "content");
    assertEquals([same, file], [false, `${DIRECTORY}/v.json`]);
    assertEquals(found.map((finding: Finding) => [finding.message]), [[message]]);
  });
}

Deno.test("amspackager verify reads files that a package names by URLs only below --allow-source", () =>
  withDirectory(async (directory) => {
    const origin = await startOrigin(({ sources, tracks }) => {
      for (const named of [...sources, ...tracks]) named.file = `${DIRECTORY}/${named.file}`;
    });
    const { head } = (await origin.open("v.json", new AbortController().signal))!;
    const file = join(directory, "v.json");
    await Deno.writeFile(file, head);
    const error = await assertRejects(() => run(origin, file), MediaError);
    assertEquals(error.code, "PACKAGE_INVALID");
    assertEquals(
      error.message,
      `${file}: sources[0].file: Cannot use "${DIRECTORY}/${VIDEO}": expected a path relative to the ` +
        "package, or a URL below one of --allow-source",
    );
    const { same, lines, revoked } = await run(origin, file, "--allow-source", DIRECTORY);
    assertEquals([same, revoked], [true, []]);
    assertEquals(lines.some((line) => line.includes("s3:")), false);
    assertEquals((await run(origin, `${DIRECTORY}/v.json`)).same, true);
    await assertRejects(() => run(origin, "s3://media/x/v.json"), MediaError, "--allow-source");
  }));

Deno.test("amspackager verify --keys decrypts a protected package of a bucket", () =>
  withDirectory(async (directory) => {
    const protection = declareProtection({ scheme: "cbcs", per: "type" });
    const origin = await startOrigin((pack) => Object.assign(pack, { protection }));
    const keys = join(directory, "keys.json");
    const house = { seed: PLAYREADY_TEST_SEED, systems: ["widevine"] };
    await Deno.writeTextFile(keys, JSON.stringify({ ams: 1, sources: { house } }));
    const url = `${DIRECTORY}/v.json`;
    for (const args of [[url], [url, url]]) {
      assertEquals((await run(origin, "--keys", keys, ...args)).same, true);
    }
    const why = "Cannot verify a protected package without --keys FILE";
    await assertRejects(() => run(origin, url), UsageError, why);
  }));

Deno.test("amspackager verify takes media files of an origin, with their sidecars where ams has them", async () => {
  const origin = new MemoryOrigin();
  origin.write("film.mp4", readTestdata(VIDEO));
  origin.write("film.fr.vtt", readTestdata(SUBTITLES));
  const count = (lines: readonly string[]) => lines.filter((line) => /WebVTT/.test(line)).length;
  for (
    const [file, rows] of [["https://h/film.mp4", 0], ["s3://media/film.mp4", 0], [
      "s3://media/film.mp4?sidecars=on",
      1,
    ]] as const
  ) {
    const { same, lines } = await run(origin, file);
    assertEquals([file, same, count(lines)], [file, true, rows]);
  }
  const several = await run(origin, "s3://media/film.mp4", "s3://media/none.mp4");
  assertEquals([several.same, several.lines.slice(-2)], [false, [
    "amspackager: s3://media/none.mp4: none.mp4: Cannot find this file at the origin",
    "2 files: 1 matches, 1 cannot be verified",
  ]]);
});

Deno.test("amspackager verify refuses URLs that it cannot use", async () => {
  const origin = new MemoryOrigin();
  for (const url of ["https://h/films/", "s3://media/v.json?key=secret", "ftp://h/v.json"]) {
    const error = await assertRejects(() => run(origin, url), UsageError);
    assertEquals(error.message.includes("secret"), false);
  }
  assertEquals(origin.requests, []);
});
