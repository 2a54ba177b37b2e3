/** Metadata of tracks in packages: from the command line, and from the files. */

import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { amspackager } from "../lib/packager/command.ts";
import { type PackageTrack, parsePackage } from "../lib/package/package.ts";
import { ascii, box, concat, fullBox, u32, u8 } from "./mp4/movie_file.ts";

const TESTDATA = fromFileUrl(new URL("../testdata/", import.meta.url));

interface Packaged {
  tracks: readonly PackageTrack[];
  /** Lines below "-- Parsing file", without the bitrate. */
  found: string[];
  warnings: string[];
}

/** Packages copies of files of testdata/, and `files` by name. */
async function packageFiles(
  args: readonly string[],
  files: Record<string, Uint8Array> = {},
): Promise<Packaged> {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  const [lines, errors]: [string[], string[]] = [[], []];
  const out = {
    line: (text: string) => lines.push(text),
    warn: (text: string) => errors.push(text),
  };
  const output = join(directory, "v.json");
  try {
    const inputs = args.map((arg) => /\.(mp4|m4a|vtt)$/.test(arg) ? join(directory, arg) : arg);
    for (const name of args.filter((arg, i) => args[i - 1] === "-i" && !(arg in files))) {
      await Deno.copyFile(join(TESTDATA, name), join(directory, name));
    }
    for (const [name, bytes] of Object.entries(files)) {
      await Deno.writeFile(join(directory, name), bytes);
    }
    assertEquals(
      await amspackager(["-o", output, ...inputs], out, { version: "1.2.3" }),
      0,
      errors.join(),
    );
    return {
      tracks: parsePackage(await Deno.readTextFile(output)).tracks,
      found: lines.filter((line) => line.startsWith("   ")).map((line) =>
        line.replace(/, [\d.]+ kbit\/s$/, "").trim()
      ),
      warnings: errors.map((line) => line.replaceAll(`${directory}/`, "")),
    };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function getMetadata({ type, label, role, default: isDefault, captions }: PackageTrack): unknown[] {
  return [type, label, role, isDefault, captions?.map(({ channel }) => channel).join()];
}

Deno.test("amspackager writes and prints label, role, default and captions", async () => {
  const { tracks, found, warnings } = await packageFiles([
    ...[
      "-i",
      "pair-avc-aac.mp4",
      "-l",
      "und",
      "--label",
      "Original",
      "--captions",
      "CC1=eng,CC3=spa",
    ],
    ...["-i", "ladder-aac-fra.mp4", "--role", "dub", "--default"],
    ...["-i", "ladder-vtt-eng.vtt", "--role", "caption", "-l", "en"],
  ]);
  assertEquals(tracks.map(getMetadata), [
    ["video", undefined, undefined, undefined, "CC1,CC3"],
    ["audio", "Original", undefined, undefined, undefined],
    ["audio", undefined, "dub", true, undefined],
    ["text", undefined, "caption", undefined, undefined],
  ]);
  assertEquals(found, [
    "track 1: video avc1.64000C, 320x180, 25 fps, 6 s, und, captions CC1=eng CC3=spa",
    'track 2: audio mp4a.40.2, 2 channels, 48000 Hz, 6 s, und, "Original"',
    "track 1: audio mp4a.40.2, 2 channels, 48000 Hz, 12 s, fra, dub, default",
    "text: WebVTT, 7 cues, 12 s, eng, caption",
  ]);
  assertEquals(warnings.filter((warning) => !warning.includes(" ends at ")), []);
});

/** Adds a udta box to the first track of a file with moov at its end. */
function withUserData(file: string, ...boxes: Uint8Array[]): Uint8Array {
  const bytes = Deno.readFileSync(join(TESTDATA, file));
  const find = (type: string) => {
    const text = new TextDecoder("latin1").decode(bytes);
    return text.indexOf(type) - 4;
  };
  const [moov, trak] = [find("moov"), find("trak")];
  const view = new DataView(bytes.buffer);
  const end = trak + view.getUint32(trak);
  const udta = box("udta", ...boxes);
  for (const at of [moov, trak]) view.setUint32(at, view.getUint32(at) + udta.length);
  return concat(bytes.subarray(0, end), udta, bytes.subarray(end));
}

const OWN = withUserData(
  "tone-aac-mono.m4a",
  box("name", ascii("Director’s commentary")),
  fullBox("kind", 0, 0, ascii("urn:mpeg:dash:role:2011\0commentary"), u8(0)),
  u32(0),
);

const own: [what: string, args: string[], expected: unknown[]][] = [
  ["writes label and role of the file", [], ["audio", "Director’s commentary", "commentary"]],
  ["prefers options to the metadata of the file", ["--label", "Talk", "--role", "alternate"], [
    "audio",
    "Talk",
    "alternate",
  ]],
];

for (const [what, args, expected] of own) {
  Deno.test(`amspackager ${what}`, async () => {
    const { tracks } = await packageFiles(["-i", "own.m4a", ...args], { "own.m4a": OWN });
    assertEquals(tracks.map((track) => getMetadata(track).slice(0, 3)), [expected]);
  });
}

Deno.test("amspackager warns of options that do not apply, and of labels that it changes", async () => {
  const { tracks, warnings } = await packageFiles([
    ...["-i", "ladder-avc-240p.mp4", "--default"],
    ...["-i", "ladder-aac-eng.mp4", "--role", "caption", "--default"],
    ...["-i", "ladder-aac-fra.mp4", "--captions", "CC1=eng", "--default"],
    ...["-i", "ladder-vtt-eng.vtt", "-i", "ladder-vtt-fra.vtt", "-l", "eng"],
  ]);
  const [video, english, french, , text] = tracks.map(({ name }) => name);
  assertEquals(warnings, [
    "-- Warning: ladder-aac-fra.mp4: --captions is ignored, since the file has no video",
    `-- Warning: ladder-avc-240p.mp4: default is ignored on video track ${video}`,
    `-- Warning: ladder-aac-eng.mp4: the role caption has no meaning for ${english}, which is audio`,
    `-- Warning: ladder-aac-fra.mp4: default is ignored on ${french}, since "English (SDH)" comes first`,
    `-- Warning: ladder-vtt-fra.vtt: players list ${text} as "English (2)", since another track has its language and label; ` +
    "set a label to distinguish them",
  ]);
});
