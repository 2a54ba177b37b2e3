/**
 * Creates files that ffmpeg cannot write, by changing boxes of files that it wrote. make.sh runs it last:
 *
 *     deno run --allow-read --allow-write testdata/derive.ts
 */

import { ByteReader } from "../lib/bytes.ts";
import {
  addFillElement,
  buildAudioSpecificConfig,
  buildSbrPayload,
  setEsds,
  type Signalling,
} from "./derive/aac.ts";
import {
  type Box,
  buildBody,
  createBox,
  find,
  findAll,
  findTrack,
  readTree,
  replaceBoxes,
} from "./derive/boxes.ts";
import { toFieldPairs } from "./derive/avc_fields.ts";
import { toTiledPictures } from "./derive/hevc_tiles.ts";
import { moveDefaultsToTrex, splitRuns } from "./derive/fragments.ts";
import {
  appendTrack,
  setChapters,
  setHandlerName,
  setPortuguese,
  toSoundDescriptionV2,
  toVersion1,
} from "./derive/movie.ts";
import { writeFile } from "./derive/offsets.ts";
import { toSuperframes } from "./derive/vp9_superframes.ts";
import {
  changeSamples,
  compactSizes,
  cutTracks,
  insertEmptySample,
  patchU32,
  readSizes,
  readU32At,
  setEdits,
  writeRows,
} from "./derive/tables.ts";

const MP4A = "mdia/minf/stbl/stsd/mp4a";

/** Reads a file of this directory, changes its boxes, and writes another file. */
function derive(from: string, to: string, change: (boxes: Box[]) => void): void {
  const boxes = readTree(readMedia(from));
  change(boxes);
  Deno.writeFileSync(new URL(to, import.meta.url), writeFile(boxes));
}

const readMedia = (name: string) => Deno.readFileSync(new URL(name, import.meta.url));

// Audio

derive("tone-aac-mono.m4a", "tone-aac-mpeg2.mp4", (boxes) => {
  const esds = find(findTrack(boxes, "soun").children, `${MP4A}/esds`);
  setEsds(esds, 0x67, Uint8Array.of(0x12, 0x08)); // AAC-LC, 44.1 kHz, mono
});

for (const how of ["explicit", "compatible", "implicit"] as Signalling[]) {
  derive("tone-aac-24khz.mp4", `tone-heaac-${how}.mp4`, (boxes) => toHeAac(boxes, 2, false, how));
  derive(
    "tone-aac-24khzmono.mp4",
    `tone-heaacv2-${how}.mp4`,
    (boxes) => toHeAac(boxes, 1, true, how),
  );
}

function toHeAac(boxes: Box[], channels: 1 | 2, parametricStereo: boolean, how: Signalling): void {
  const esds = find(findTrack(boxes, "soun").children, `${MP4A}/esds`);
  setEsds(esds, 0x40, buildAudioSpecificConfig(channels, parametricStereo, how));
  changeSamples(
    boxes,
    (frame) => addFillElement(frame, buildSbrPayload(channels, parametricStereo)),
  );
}

derive(
  "tone-aac-24khz.mp4",
  "tone-aac-stz2.mp4",
  (boxes) => compactSizes(findTrack(boxes, "soun"), 16),
);
derive(
  "tone-aac-24khzmono.mp4",
  "tone-aac-stz2byte.mp4",
  (boxes) => compactSizes(findTrack(boxes, "soun"), 8),
);
derive("tone-aac-silent.mp4", "tone-aac-stz2nibble.mp4", (boxes) => {
  changeSamples(
    boxes,
    (frame, i) => i % 3 ? addFillElement(frame, "0".repeat(8 * (i % 3 - 1))) : frame,
  ); // different sizes
  compactSizes(findTrack(boxes, "soun"), 4);
});

derive("tone-aac-silent.mp4", "tone-aac-brazil.mp4", (boxes) => setPortuguese(boxes, "pt-BR"));
derive("tone-aac-silent.mp4", "tone-aac-portugal.mp4", (boxes) => setPortuguese(boxes, "pt-PT"));

// Edit lists

derive("pair-avc-aac.mp4", "pair-avc-cutend.mp4", (boxes) => {
  for (const handler of ["vide", "soun"]) {
    setEdits(boxes, findTrack(boxes, handler), [[3500, 1024]]);
  }
});
derive("test-avc-frontmoov.mp4", "test-avc-twoedits.mp4", (boxes) => {
  const [duration, later] = [1000, 1024 + 3 * 12800];
  setEdits(boxes, findTrack(boxes, "vide"), [[duration, 1024], [2 * duration, later]]);
});
/** Edits of both tracks of flash-avc-bframes, in seconds: duration, and start of media; -1: empty. */
const CUTS: Record<string, [duration: number, start: number][]> = {
  "flash-avc-midgopedits.mp4": [[1, 0.52], [1.5, 3.28]],
  "flash-avc-abuttingedits.mp4": [[0.8, 1], [0.6, 1.8], [0.7, 0.4], [0.5, 4]],
  "flash-avc-emptyedit.mp4": [[1.2, 0.2], [0.5, -1], [1.2, 1.4], [1, 4]],
};
Object.entries(CUTS).forEach(([to, cuts]) =>
  derive("flash-avc-bframes.mp4", to, (boxes) => cutTracks(boxes, cuts))
);
derive("flash-avc-audiodelayed.mp4", "flash-avc-audioprimed.mp4", (boxes) => {
  setEdits(boxes, findTrack(boxes, "soun"), [[24000, -1], [7.5 * 48000, 1024]]);
});

// Track and movie headers

derive("test-avc-rotated.mp4", "test-avc-mirrored.mp4", (boxes) => {
  const { body } = find(boxes, "moov/mvhd");
  const mirror = buildBody((w) => [-1, 0, 0, 0, 1].forEach((value) => w.i32(value * 65536)));
  body.set(mirror, body.length - 64); // matrix, predefined fields, next_track_ID
});
derive("test-avc-baseline.mp4", "test-avc-stretched.mp4", (boxes) => {
  const { body } = find(findTrack(boxes, "vide").children, "tkhd");
  body.set(buildBody((w) => w.u32(240 * 65536)), body.length - 8); // width
  replaceBoxes(boxes, "moov/trak/mdia/minf/stbl/stsd/avc1/pasp", () => []);
});

// Sample entries

derive("pair-avc-aac.mp4", "pair-avc-unknown.mp4", (boxes) => {
  const mp4a = find(findTrack(boxes, "soun").children, MP4A);
  mp4a.type = "zzzz";
  replaceBoxes(mp4a.children, "esds", (esds) => [createBox("zzzC", esds.body)]); // ffmpeg recognizes the codec by its esds
});
derive("pair-avc-quicktime.mov", "pair-avc-quicktime2.mov", toSoundDescriptionV2);
derive("test-avc-scenecuts.mp4", "test-avc-twoentries.mp4", (boxes) => {
  appendTrack(boxes, readTree(readMedia("test-avc-bt709.mp4")), "vide");
});
derive("test-avc-avc3.mp4", "test-avc-avc3empty.mp4", (boxes) => {
  const avcC = find(boxes, "moov/trak/mdia/minf/stbl/stsd/avc3/avcC");
  avcC.body = buildBody((w) => {
    w.bytes(avcC.body.subarray(0, 5));
    w.u8(0xe0); // no SPS
    w.u8(0); // no PPS
    w.bytes(avcC.body.subarray(-4)); // chroma format and depths
  });
});
derive("test-hevc-hev1.mp4", "test-hevc-hev1empty.mp4", (boxes) => {
  const hvcC = find(boxes, "moov/trak/mdia/minf/stbl/stsd/hev1/hvcC");
  hvcC.body = buildBody((w) => {
    w.bytes(hvcC.body.subarray(0, 22));
    w.u8(0); // no arrays
  });
});

derive("test-hevc-hvc1.mp4", "test-hevc-dolbyvision5.mp4", (boxes) => {
  const { children } = find(boxes, "moov/trak/mdia/minf/stbl/stsd/hvc1");
  children.push(createBox("dvcC", Uint8Array.of(1, 0, 0x0a, 0x0d, ...new Uint8Array(20)))); // level 1
});

derive("test-hevc-hdr10.mp4", "test-hevc-dolbyvision8.mp4", (boxes) => {
  const { children } = find(boxes, "moov/trak/mdia/minf/stbl/stsd/hvc1");
  const mdcv = buildBody((w) => {
    for (const value of [13250, 34500, 7500, 3000, 34000, 16000]) w.u16(value); // green, blue, red
    for (const value of [15635, 16450]) w.u16(value); // white point
    for (const value of [10_000_000, 50]) w.u32(value); // luminance
  });
  const clli = buildBody((w) => [1000, 400].forEach((value) => w.u16(value)));
  const dvvC = Uint8Array.of(1, 0, 0x10, 0x0d, 0x10, ...new Uint8Array(19)); // level 1
  children.push(createBox("mdcv", mdcv), createBox("clli", clli), createBox("dvvC", dvvC));
});

// 64-bit fields

derive("pair-avc-aac.mp4", "pair-avc-64bit.mp4", toVersion1);

// Fragments

derive("frag-avc-plain.mp4", "frag-avc-notfdt.mp4", (boxes) => {
  replaceBoxes(boxes, "moof/traf/tfdt", () => []);
});
derive("frag-avc-plain.mp4", "frag-avc-tfdt32.mp4", (boxes) => {
  replaceBoxes(boxes, "moof/traf/tfdt", ({ body }) => {
    const r = new ByteReader(body);
    r.skip(4);
    const time = r.u64();
    return [createBox("tfdt", buildBody((w) => (w.u32(0), w.u32(time))))];
  });
});
derive("frag-avc-plain.mp4", "frag-avc-truns.mp4", (boxes) => {
  replaceBoxes(boxes, "moof/traf/trun", (trun) => splitRuns(trun, 20));
});
derive("frag-avc-plain.mp4", "frag-avc-trex.mp4", (boxes) => {
  moveDefaultsToTrex(find(boxes, "moov/mvex/trex"), findAll(boxes, "moof/traf/tfhd"));
});

// Tracks that are offered, and their names

derive("tone-aac-24khzmono.mp4", "tone-aac-muxername.mp4", (boxes) => {
  setHandlerName(findTrack(boxes, "soun"), "SoundHandle");
});
derive("pair-avc-thumbs.mp4", "pair-avc-chapterimages.mp4", (boxes) => setChapters(boxes, 3));
derive("pair-avc-aac.mp4", "pair-avc-noesds.mp4", (boxes) => {
  find(findTrack(boxes, "soun").children, MP4A).children = [];
});
derive("pair-avc-aac.mp4", "pair-avc-dts.mp4", (boxes) => {
  setEsds(find(findTrack(boxes, "soun").children, `${MP4A}/esds`), 0xA9);
});
derive("tone-aac-24khz.mp4", "tone-aac-twoentries.mp4", (boxes) => {
  const trak = findTrack(boxes, "soun");
  const stts = find(trak.children, "mdia/minf/stbl/stts");
  writeRows(stts, [[readSizes(trak).length, 1024]]); // the last packet is shorter
  appendTrack(boxes, readTree(readMedia("tone-aac-24khzmono.mp4")), "soun");
});
derive("test-avc-baseline.mp4", "test-avc-zeroset.mp4", (boxes) => {
  const avcC = find(boxes, "moov/trak/mdia/minf/stbl/stsd/avc1/avcC");
  avcC.body = buildBody((w) => {
    const size = new DataView(avcC.body.buffer, avcC.body.byteOffset).getUint16(6);
    const pps = 8 + size + 1;
    w.bytes(avcC.body.subarray(0, pps));
    w.u16(new DataView(avcC.body.buffer, avcC.body.byteOffset).getUint16(pps) + 1);
    w.bytes(avcC.body.subarray(pps + 2));
    w.u8(0); // PPS ends with a zero
  });
});

// Samples and times of odd files

derive("frag-avcaac-separate.mp4", "frag-avcaac-latestart.mp4", (boxes) => {
  for (const traf of findAll(boxes, "moof/traf")) {
    const isVideo = readU32At(find([traf], "traf/tfhd").body, 4) === 1;
    const tfdt = find([traf], "traf/tfdt");
    patchU32(tfdt, 8, readU32At(tfdt.body, 8) + 3600 * (isVideo ? 12800 : 48000));
  }
});
derive("frag-avcaac-interleaved.mp4", "frag-avcaac-editend.mp4", (boxes) => {
  for (const elst of findAll(boxes, "moov/trak/edts/elst")) patchU32(elst, 8, 2000);
});
derive("test-avc-frontmoov.mp4", "test-avc-negativestts.mp4", (boxes) => {
  const stts = find(boxes, "moov/trak/mdia/minf/stbl/stts");
  writeRows(stts, [[50, 512], [1, 2 ** 32 - 256], [99, 512]]);
  patchU32(find(boxes, "moov/trak/mdia/mdhd"), 16, 149 * 512 + 1); // as AMS, GPAC and mp4box read it
  setEdits(boxes, findTrack(boxes, "vide"), [[5961, 1024]]);
});
derive("test-avc-baseline.mp4", "test-avc-emptysample.mp4", (boxes) => {
  insertEmptySample(findTrack(boxes, "vide"), 80);
  patchU32(find(boxes, "moov/trak/mdia/mdhd"), 16, 151 * 512);
  setEdits(boxes, findTrack(boxes, "vide"), [[6040, 0]]);
});
derive("pair-avc-aac.mp4", "pair-avc-audionosync.mp4", (boxes) => {
  const { children } = find(findTrack(boxes, "soun").children, "mdia/minf/stbl");
  children.push(createBox("stss", new Uint8Array(8)));
});
derive("test-avc-frontmoov.mp4", "test-avc-nostss.mp4", (boxes) => {
  replaceBoxes(boxes, "moov/trak/mdia/minf/stbl/stss", () => []);
});
derive("test-avc-frontmoov.mp4", "test-avc-emptystss.mp4", (boxes) => {
  find(boxes, "moov/trak/mdia/minf/stbl/stss").body = new Uint8Array(8);
});
derive("frag-avc-plain.mp4", "frag-avc-dependson.mp4", (boxes) => {
  for (const tfhd of findAll(boxes, "moof/traf/tfhd")) patchU32(tfhd, 16, 0x01000000); // not also non-sync
});
derive("pair-avc-aac.mp4", "pair-avc-shortaudio.mp4", (boxes) => {
  setEdits(boxes, findTrack(boxes, "soun"), [[128, 1024]]);
});
derive("ladder-avc-360p.mp4", "test-avc-endsearly.mp4", (boxes) => {
  setEdits(boxes, findTrack(boxes, "vide"), [[10500, 1024]]);
});

// Pictures that encoders of ffmpeg cannot write, and samples of every small size

derive("test-avc-fields.mp4", "test-avc-fields.mp4", toFieldPairs);
derive("test-hevc-tiles.mp4", "test-hevc-tiles.mp4", toTiledPictures);
derive("test-vp9-superframes.mp4", "test-vp9-superframes.mp4", (boxes) => toSuperframes(boxes, 5));
derive("tone-opus-oddsizes.mp4", "tone-opus-oddsizes.mp4", (boxes) => {
  changeSamples(boxes, (packet, i) => packet.subarray(0, i % 40 + 1));
});

const part = readMedia("frag-avc-plain.mp4");
Deno.writeFileSync(
  new URL("frag-avc-joined.mp4", import.meta.url),
  buildBody((w) => (w.bytes(part), w.bytes(part))),
);
