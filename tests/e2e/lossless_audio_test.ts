/** ffmpeg decodes ALAC, DTS and PCM from MPDs and HLS to the same audio as from the file. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { buildBody, createBox, find, findTrack, readTree } from "../../testdata/derive/boxes.ts";
import { writeFile } from "../../testdata/derive/offsets.ts";
import { box, fullBox, type Part, u16, u32, u8 } from "../mp4/movie_file.ts";
import { startAms } from "./ams.ts";
import { ffmpeg } from "./ffmpeg.ts";
import { createTemporaryDirectory } from "./temporary_directory.ts";

const TONE = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=5", "-ac", "2"];

/** Little-endian integers of 16 bits (ISO/IEC 23003-5). */
const PCMC = fullBox("pcmC", 0, 0, u8(1, 16));

/** What ffmpeg writes, and the sample entry that replaces its own, since ffmpeg 5 writes none of MP4. */
const cases: [file: string, args: string[], entry?: [type: string, box: Uint8Array]][] = [
  ["alac.m4a", ["-c:a", "alac"]],
  ["alac.mov", ["-c:a", "alac"]],
  ["dts.mov", ["-c:a", "dca", "-strict", "-2"]],
  ["dts.mp4", ["-c:a", "dca", "-strict", "-2"]],
  ["pcm.mov", ["-c:a", "pcm_s16le"], ["ipcm", PCMC]],
];

for (const [file, args, entry] of cases) {
  Deno.test(`ffmpeg decodes ${file} from DASH and HLS as from the file`, async () => {
    using directory = createTemporaryDirectory();
    const path = join(directory.path, file);
    await ffmpeg(...TONE, ...args, path);
    const expected = await decode(path);
    if (entry) await replaceEntry(path, ...entry);
    await using ams = await startAms(directory.path);
    for (const manifest of [".mpd", ".m3u8"]) {
      assertEquals(await decode(`${ams.url}/${file}/${manifest}`), expected, manifest);
    }
  });
}

/** Returns the MD5 of the audio as integers of 16 bits. */
async function decode(input: string): Promise<string> {
  const output = await ffmpeg("-i", input, "-map", "0:a:0", "-c:a", "pcm_s16le", "-f", "md5", "-");
  return new TextDecoder().decode(output);
}

/** Replaces the sample entry by one of ISO (14496-12 §12.2.3) with 2 channels and 48 kHz. */
async function replaceEntry(path: string, type: string, configuration: Part): Promise<void> {
  const boxes = readTree(await Deno.readFile(path));
  const stsd = find(findTrack(boxes, "soun").children, "mdia/minf/stbl/stsd");
  const fields = [u16(0, 0, 0, 1), u32(0, 0), u16(2, 16, 0, 0), u32(48000 * 65536)];
  const whole = box(type, fields, configuration);
  stsd.children = [createBox(type, buildBody((w) => w.bytes(whole.subarray(8))))];
  await Deno.writeFile(path, writeFile(boxes));
}
