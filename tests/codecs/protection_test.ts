import { assert, assertEquals, assertGreater } from "@std/assert";
import type { ProtectedRangeFinder } from "../../lib/codecs/codec.ts";
import { CODECS } from "../../lib/codecs/mod.ts";
import { MediaError } from "../../lib/errors.ts";
import { Prng } from "../robustness/prng.ts";
import { readTestdata } from "../test_files.ts";
import { findProtectedTracks, type RangeSummary, summarizeRanges } from "./protected_ranges.ts";

/**
 * Ranges behind the headers in the output of ffmpeg's bitstream filter `trace_headers`, from which these numbers were computed with
 * emulation prevention bytes, per track; of VP9 the last whole blocks. tests/e2e/shaka_packager_test.ts compares them with another
 * program, also the tiles of AV1, of which that filter prints no sizes.
 */
const TRACKS: [family: string, ranges: RangeSummary, files: string][] = [
  [
    "avc",
    [200, 200, 1064, 954062],
    "flash-avc-audiodelayed.mp4 flash-avc-audioprimed.mp4 flash-avc-bframes.mp4 flash-avc-trimmed.mp4 " +
    "flash-avc-midgopedits.mp4 flash-avc-abuttingedits.mp4 flash-avc-emptyedit.mp4",
  ],
  ["avc", [185, 185, 1151, 743105], "flash-avc-videodelayed.mp4"],
  [
    "avc",
    [150, 150, 14005, 854834],
    "frag-avc-cmaf.mp4 frag-avc-delaymoov.mp4 frag-avc-dependson.mp4 frag-avc-everyframe.mp4 frag-avc-globalsidx.mp4 frag-avc-negativects.mp4 frag-avc-notfdt.mp4 frag-avc-plain.mp4 frag-avc-sidxes.mp4 frag-avc-subgop.mp4 frag-avc-tfdt32.mp4 frag-avc-trex.mp4 frag-avc-truns.mp4 frag-avcaac-absolute.mp4 frag-avcaac-editend.mp4 frag-avcaac-hybrid.mp4 frag-avcaac-interleaved.mp4 frag-avcaac-latestart.mp4 frag-avcaac-nooffset.mp4 frag-avcaac-separate.mp4 multi-avc-stpp.mp4 multi-avc-tracks.mp4 pair-avc-64bit.mp4 pair-avc-aac.mp4 pair-avc-audionosync.mp4 pair-avc-chapterimages.mp4 pair-avc-coverjpeg.mp4 pair-avc-cutend.mp4 pair-avc-dts.mp4 pair-avc-noesds.mp4 pair-avc-onethumb.mp4 pair-avc-shortaudio.mp4 pair-avc-thumbs.mp4 pair-avc-unknown.mp4 test-avc-emptystss.mp4 test-avc-frontmoov.mp4 test-avc-mirrored.mp4 test-avc-negativects.mp4 test-avc-negativestts.mp4 test-avc-nostss.mp4 test-avc-rotated.mp4 pair-avc-quicktime.mov pair-avc-quicktime2.mov frag-avcaac-smooth.ismv",
  ],
  ["avc", [300, 300, 41811, 382233], "ladder-avc-240p.mp4"],
  ["avc", [300, 300, 57448, 638585], "ladder-avc-360p.mp4 test-avc-endsearly.mp4"],
  ["avc", [300, 300, 112283, 727097], "ladder-avc-720p.mp4"],
  ["avc", [150, 150, 9052, 898927], "multi-avc-tracks.mp4"],
  ["avc", [250, 250, 4507, 93417], "pair-avc-still.mp4"],
  ["av1", [150, 156, 8172, 346748], "test-av1-10bit.mp4"],
  ["av1", [150, 150, 14860, 186282], "test-av1-main.mp4"],
  ["avc", [144, 144, 13736, 354063], "test-avc-2398fps.mp4"],
  ["avc", [180, 180, 14353, 719125], "test-avc-2997fps.mp4"],
  ["avc", [150, 150, 12194, 565226], "test-avc-anamorphic.mp4"],
  ["avc", [150, 150, 14005, 390057], "test-avc-avc3.mp4 test-avc-avc3empty.mp4"],
  [
    "avc",
    [150, 150, 22399, 499360],
    "test-avc-baseline.mp4 test-avc-emptysample.mp4 test-avc-stretched.mp4 test-avc-zeroset.mp4",
  ],
  ["avc", [150, 150, 13830, 683644], "test-avc-bt709.mp4"],
  ["avc", [150, 150, 13219, 141198], "test-avc-interlaced.mp4"],
  ["avc", [150, 150, 11227, 157058], "test-avc-onekey.mp4"],
  ["avc", [150, 150, 18056, 695969], "test-avc-opengop.mp4"],
  ["avc", [150, 150, 18822, 903488], "test-avc-scenecuts.mp4"],
  ["avc", [300, 300, 32652, 574046], "test-avc-twoentries.mp4"],
  ["avc", [111, 111, 13362, 765598], "test-avc-vfr.mp4"],
  ["dolby-vision-hevc", [150, 150, 10559, 82028], "test-hevc-dolbyvision5.mp4"],
  ["hevc", [150, 150, 10559, 82028], "test-hevc-hvc1.mp4"],
  ["hevc", [150, 150, 10680, 517787], "test-hevc-dolbyvision8.mp4 test-hevc-hdr10.mp4"],
  ["hevc", [150, 150, 10559, 419004], "test-hevc-hev1.mp4 test-hevc-hev1empty.mp4"],
  ["hevc", [150, 150, 10546, 856600], "test-hevc-opengop.mp4"],
  ["vp9", [150, 150, 13184, 97494], "test-vp9-profile0.mp4"],
  ["av1", [5, 40, 458, 176616], "test-av1-smalltiles.mp4"],
  ["av1", [4, 16, 903, 987172], "test-av1-tiles.mp4"],
  ["avc", [10, 15, 610, 438537], "test-avc-changedsets.mp4"],
  ["avc", [21, 83, 1205, 995593], "test-avc-fields.mp4"],
  ["avc", [3, 132, 1209, 772854], "test-avc-manyslices.mp4"],
  ["avc", [10, 20, 919, 515882], "test-avc-mbaff.mp4"],
  ["avc", [10, 40, 468, 480434], "test-avc-slices.mp4"],
  ["avc", [10, 10, 293, 624573], "test-avc-weighted.mp4"],
  ["hevc", [10, 10, 387, 543108], "test-hevc-changedsets.mp4"],
  ["hevc", [3, 6, 336, 79677], "test-hevc-slices.mp4"],
  ["hevc", [3, 7, 624, 289044], "test-hevc-tiles.mp4"],
  ["hevc", [10, 10, 170, 147425], "test-hevc-weighted.mp4"],
  ["hevc", [3, 3, 421, 494385], "test-hevc-wpp.mp4"],
  ["vp9", [10, 4, 832, 731994], "test-vp9-superframes.mp4"],
  ["avc", [1, 1, 901, 6485], "tone-aac-coveravc.m4a"],
];

/** Files of which ffmpeg repeats samples, by those with the same samples. */
const SAME_SAMPLES: Record<string, string> = {
  "frag-avc-joined.mp4": "frag-avc-plain.mp4",
  "test-avc-twoedits.mp4": "test-avc-frontmoov.mp4",
};

function getExpected(file: string) {
  const name = SAME_SAMPLES[file] ?? file;
  return TRACKS.filter(([, , files]) => files.split(" ").includes(name))
    .map(([family, ranges]) => [family, ...ranges]);
}

const files = Array.from(Deno.readDirSync("testdata"), ({ name }) => name)
  .filter((name) => /\.(mp4|mov|m4a|ismv)$/.test(name)).sort();

for (const name of files) {
  Deno.test(`protection covers what follows the headers in ${name}`, async () => {
    const tracks = await findProtectedTracks(readTestdata(name));
    const found = tracks.map(({ family, samples }) => [family, ...summarizeRanges(samples)]);
    assertEquals(found, getExpected(name));
  });
}

const DAMAGED = [
  ...["test-avc-interlaced.mp4", "test-avc-avc3.mp4", "test-hevc-hev1.mp4"],
  ...["test-av1-10bit.mp4", "test-vp9-profile0.mp4"],
];

for (const name of DAMAGED) {
  Deno.test(`protection returns ranges of damaged samples of ${name}, or rejects them`, async () => {
    const [track] = await findProtectedTracks(readTestdata(name));
    const random = new Prng(name);
    let rejected = 0;
    for (let round = 0; round < 20; round++) {
      const find = track!.createFinder();
      for (const { bytes } of track!.samples.slice(0, 30)) {
        if (!isFound(find, damage(bytes, random))) rejected++;
      }
    }
    assertGreater(rejected, 20);
  });
}

/** Changes bytes near the start, where headers are, and truncates one sample of four. */
function damage(bytes: Uint8Array, random: Prng): Uint8Array {
  const copy = bytes.slice(0, random.below(4) === 0 ? random.below(bytes.length) : bytes.length);
  for (let left = random.below(4); left > 0 && copy.length > 0; left--) {
    copy[random.below(Math.min(copy.length, 40))]! ^= 1 << random.below(8);
  }
  return copy;
}

/** Returns false if the sample is rejected. */
function isFound(find: ProtectedRangeFinder, sample: Uint8Array): boolean {
  try {
    let last = 0;
    for (const { start, end } of find(sample)) {
      assert(start >= last && start < end && end <= sample.length);
      last = end;
    }
    return true;
  } catch (error) {
    if (error instanceof MediaError) return false;
    throw error;
  }
}

Deno.test("protection covers whole samples of audio, parts of video, and no images", () => {
  const kinds = CODECS.map(({ family, protection }) =>
    `${family}: ${typeof protection === "function" ? "ranges" : protection ?? "none"}`
  );
  assertEquals(kinds, [
    ...["avc", "hevc", "av1", "vp9"].map((family) => `${family}: ranges`),
    ...["avc", "hevc", "av1"].map((family) => `dolby-vision-${family}: ranges`),
    "vvc: none",
    "jpeg: none",
    ...["aac", "ac3", "eac3", "opus", "flac", "mp3"].map((family) => `${family}: samples`),
    "alac: samples",
    ...["ipcm", "fpcm"].map((family) => `${family}: none`),
    ...["ac4", "dtsc", "dtsh", "dtsl", "dtse", "dtsx", "mhm1", "mha1", "iamf"].map((family) =>
      `${family}: samples`
    ),
  ]);
});
