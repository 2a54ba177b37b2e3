import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { ArchiveWriter } from "../../lib/archive/archive_writer.ts";
import { MemoryFileSystem } from "../archive/memory_file_system.ts";
import { getMedia } from "../archive/recorded_asset.ts";
import { append, EPOCH } from "../archive/recording.ts";
import { createTracks } from "../library/channel_recording.ts";
import { editBlock } from "../verify/archive/recorded_archive.ts";
import { inDirectory, openCaptured, run } from "./captured_directory.ts";

/** Audio and video of 7 s. */
async function record(): Promise<MemoryFileSystem> {
  const tracks = await createTracks();
  forgetLanguage(tracks[1]!.init);
  const files = new MemoryFileSystem();
  const writer = ArchiveWriter.open(files);
  writer.beginPeriod({ epoch: EPOCH, start: EPOCH, tracks });
  append(writer, { from: 0, end: 7 });
  return files;
}

/** Declares `und` in mdhd. */
function forgetLanguage(init: Uint8Array): void {
  const mdhd = new TextDecoder("latin1").decode(init).indexOf("mdhd");
  const version = init[mdhd + 4]!;
  new DataView(init.buffer, init.byteOffset).setUint16(mdhd + (version === 1 ? 36 : 24), 0x55c4);
}

Deno.test("capture() packages what the operator declares of a track", async () => {
  await inDirectory(async (directory) => {
    const files = await record();
    editBlock(files, 1, ({ tracks }) => {
      const declared = { language: "de", label: "Deutsch", role: "commentary", default: true };
      Object.assign(tracks[1], declared);
    });
    await run(files, join(directory, "show"));
    const captured = await openCaptured(join(directory, "show"));
    const { language, label, role, isDefault } = getMedia(captured)[1]!;
    assertEquals([language, label, role, isDefault], ["de", "Deutsch", "commentary", true]);
    captured.close();
  });
});

Deno.test("capture() packages what the channel file declares now, where nothing was declared before", async () => {
  await inDirectory(async (directory) => {
    const files = await record();
    editBlock(files, 1, ({ tracks }) => Object.assign(tracks[1], { label: "Deutsch" }));
    const input = join(directory, "news.json");
    const write = (tracks: object) =>
      Deno.writeTextFile(input, JSON.stringify({ ams: 1, live: { tracks } }));
    const output = join(directory, "show");
    await write({});
    const warnings = await run(files, output, { input });
    assertEquals(warnings.filter((line) => line.includes("language")), [
      "-- Warning: feed-audio.mp4: the language of audio track 1 is unknown; name it in tracks of the channel file, and capture again",
    ]);
    await write({ "feed-audio": { language: "de", label: "German" } });
    const again = await run(files, output, { input });
    assertEquals(again.filter((line) => line.includes("Warning")), []);
    const captured = await openCaptured(output);
    const { language, label } = getMedia(captured)[1]!;
    assertEquals([language, label], ["de", "Deutsch"]);
    captured.close();
  });
});
