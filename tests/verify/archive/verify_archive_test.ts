import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { UsageError } from "../../../lib/cli/usage_error.ts";
import { MediaError } from "../../../lib/errors.ts";
import { BROADCAST_GENERATORS } from "../../../lib/verify/archive/broadcast_generators.ts";
import { verifyArchive } from "../../../lib/verify/archive/verify_archive.ts";
import { openVerifiedChannel } from "../../../lib/verify/channel.ts";
import { verifyCommand } from "../../../lib/verify/command.ts";
import { MemoryFileSystem as Files } from "../../archive/memory_file_system.ts";
import { editBlock, NAMES, recordArchive } from "./recorded_archive.ts";
import { withChannel } from "./written_channel.ts";

const ARCHIVE = await recordArchive();

const [VIDEO, AUDIO] = NAMES;

Deno.test("verifyArchive() sums the rows of all periods, and finds nothing", async () => {
  const { rows, differences } = await verifyArchive(ARCHIVE);
  assertEquals(differences, []);
  const table = rows.map(({ location: { rendition, format }, segments, samples }) =>
    `${rendition} ${format} ${segments} ${samples}`
  );
  const media = table.filter((row) => row.startsWith("video_") || row.startsWith("audio_"));
  assertEquals(media, [
    `${VIDEO} archive 12 600`,
    `${AUDIO} archive 12 1128`,
    `${VIDEO} CMAF 12 600`,
    `${VIDEO} MPEG-TS 12 600`,
    `${VIDEO} Smooth 12 600`,
    `${AUDIO} CMAF 12 1128`,
    `${AUDIO} MPEG-TS 12 1128`,
    `${AUDIO} Smooth 12 1125`,
  ]);
});

Deno.test("verifyArchive() verifies an archive without a period that is counted", async () => {
  const { rows, differences } = await verifyArchive(new Files());
  assertEquals([rows, differences], [[], []]);
});

Deno.test("verifyArchive() finds a bandwidth of MPEG-TS that is below what is sent", async () => {
  await withChannel(ARCHIVE, async (file) => {
    using channel = await openVerifiedChannel(file);
    const { multivariant } = BROADCAST_GENERATORS;
    const { differences } = await verifyArchive(ARCHIVE, {
      broadcastGenerators: {
        ...BROADCAST_GENERATORS,
        multivariant: (broadcast, format) =>
          multivariant(broadcast, format).replace(/([:,]BANDWIDTH=)\d+/, "$1100"),
      },
      openManifests: channel!.openManifests,
    });
    const found = differences.map(({ format, rule, message }) => `${format}: ${rule}: ${message}`)
      .filter((line) => line.includes("MPEG-TS"));
    assertEquals(found.length, 1);
    assertMatch(found[0]!, /bandwidth: got BANDWIDTH 100, expected \d{4,} to \d{6} bit/);
  });
});

async function run(...args: string[]): Promise<{ isSame: boolean; lines: string[] }> {
  const lines: string[] = [];
  const line = (text: string) => void lines.push(...text.split("\n"));
  const isSame = await verifyCommand(args, { line, warn: line }, { version: "1" });
  return { isSame, lines };
}

Deno.test("verifyCommand() verifies a channel, and names blocks", async () => {
  await withChannel(ARCHIVE, async (file) => {
    const { isSame, lines } = await run(file);
    assertEquals([isSame, lines.at(-1)!.split(":")[0]], [true, "Everything matches the files"]);
    const manifests = lines.flatMap((line) => /^ +- +([A-Z].*?)  +[0-9]/.exec(line)?.[1] ?? []);
    assertEquals(manifests, [
      ...["DASH manifest", "HLS playlists", "HLS playlists, MPEG-TS", "Smooth manifest"],
    ]);
  });
  const files = ARCHIVE.clone();
  editBlock(files, 2, (block) => block.counts.periods = 0);
  await withChannel(files, async (file) => {
    const { isSame, lines } = await run(file);
    const found = lines.filter((line) => line.startsWith("-- Difference"));
    assertEquals([isSame, found], [false, [
      "-- Difference: archive, block 00000002: counts: 0 periods, expected 1",
    ]]);
    const { differences } = JSON.parse((await run("--json", file)).lines.join("\n"));
    assertEquals(differences, [
      { form: "archive", block: 2, rule: "counts", message: "0 periods, expected 1" },
    ]);
  });
});

Deno.test("verifyCommand() reports a channel that a server cannot open", async () => {
  const files = ARCHIVE.clone();
  files.damage("00000003/block.json", () => new TextEncoder().encode("{}"));
  await withChannel(files, async (file) => {
    const { isSame, lines } = await run(file);
    const found = lines.filter((line) => line.includes("news.live/00000003/block.json"));
    assertEquals([isSame, found.length], [false, 1]);
    assertEquals(found[0]!.startsWith("-- Difference: archive: build: cannot be read: "), true);
  });
});

Deno.test("verifyCommand() rejects keys for a channel", async () => {
  await withChannel(ARCHIVE, async (file) => {
    await assertRejects(() => run("--keys", "k", file), UsageError, "Cannot use --keys");
  });
});

Deno.test("verifyCommand() rejects a channel without an archive, and a broken one", async () => {
  await withChannel(new Files(), async (file) => {
    await assertRejects(() => run(file), MediaError, "news.live: Cannot open the archive");
    await Deno.writeTextFile(file, '{ "ams": 1, "live": { "x": 1 } }');
    await assertRejects(() => run(file), MediaError, "news.json: ");
  });
});
