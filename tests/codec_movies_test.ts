/** Codecs that ffmpeg does not encode: their movies are described, verified, and read by mp4box. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createFile, MP4BoxBuffer } from "mp4box";
import { ByteReader } from "../lib/bytes.ts";
import { buildInit } from "../lib/cmaf/init.ts";
import { planCmafSegment } from "../lib/cmaf/segment.ts";
import { findCodec } from "../lib/codecs/mod.ts";
import { buildMpd } from "../lib/dash/mpd.ts";
import { MediaError } from "../lib/errors.ts";
import { isSupportedInTs } from "../lib/hls/mpegts_support.ts";
import { buildMultivariantPlaylist } from "../lib/hls/multivariant_playlist.ts";
import { readStsd, type SampleEntry } from "../lib/mp4/sample_entry.ts";
import type { MediaRendition } from "../lib/presentation/presentation.ts";
import { countSegments } from "../lib/presentation/segment_timeline.ts";
import { isSupportedInSmooth } from "../lib/smooth/streams.ts";
import { readPlan } from "../lib/storage/read_plan.ts";
import { GENERATORS, type Generators } from "../lib/verify/generators.ts";
import { readAudioDeclarations } from "../lib/verify/readers/audio_declaration.ts";
import { readVideoDeclaration } from "../lib/verify/readers/video_declaration.ts";
import type { Rule } from "../lib/verify/rules.ts";
import { verify } from "../lib/verify/verification.ts";
import { CLEAR } from "./clear_protection.ts";
import {
  buildCodecMovie,
  buildCodecSamples,
  CODEC_MOVIES,
  type CodecMovie,
  SAMPLE_DURATION,
} from "./codec_movies.ts";
import { concat, memorySource, u32 } from "./mp4/movie_file.ts";
import { type BoxSample, md5, readTracks } from "./mp4box.ts";
import { joinBytes } from "./mpegts.ts";
import { Prng } from "./robustness/prng.ts";
import { openInputs, type OpenPresentation } from "./open_presentation.ts";

interface OpenMovie {
  readonly presentation: OpenPresentation;
  readonly rendition: MediaRendition;
}

async function openMovie(
  movie: CodecMovie,
  options: Parameters<typeof buildCodecMovie>[1] = {},
): Promise<OpenMovie> {
  const bytes = buildCodecMovie(movie, options);
  const open = () => memorySource(bytes, "movie.mp4").source;
  const presentation = await openInputs([{ file: "movie.mp4" }], { segmentDuration: 2, open });
  const [rendition, ...more] = presentation.renditions.values();
  assertEquals(more, []);
  return { presentation, rendition: rendition as MediaRendition };
}

type Fault = [what: string, generators: Partial<Generators>, rule: Rule];

/** Changes the first match of a text in the MPD. */
function changeMpd(from: string, to: string): Partial<Generators> {
  return { mpd: (...args) => buildMpd(...args).replace(from, to) };
}

/** Changes a text of the HLS multivariant playlist. */
function changePlaylist(from: string, to: string): Partial<Generators> {
  return {
    multivariant: (...args) => buildMultivariantPlaylist(...args).replaceAll(from, to),
  };
}

function plantFaults({ codec, channels }: CodecMovie): Fault[] {
  const codecFaults: Fault[] = [
    ["another codec", changeMpd(`codecs="${codec}"`, 'codecs="avc1"'), "codec"],
    ["another codec in HLS", changePlaylist(`CODECS="${codec}`, 'CODECS="avc1'), "codec"],
  ];
  if (!channels) return codecFaults;
  const [scheme, value, count] = channels;
  const other = `"${scheme}" value="${"3".padStart(value.length, "0")}"`;
  return [
    ...codecFaults,
    ["another rate", changeMpd('audioSamplingRate="', 'audioSamplingRate="1'), "rate"],
    ["other channels", changeMpd(`"${scheme}" value="${value}"`, other), "channels"],
    ["other channels in HLS", changePlaylist(`CHANNELS="${count}"`, 'CHANNELS="3"'), "channels"],
    ["another scheme", changeMpd(scheme, "urn:example"), "channels"],
  ];
}

for (const [what, movie] of Object.entries(CODEC_MOVIES)) {
  Deno.test(`DASH and HLS declare ${what} as ${movie.codec}`, async () => {
    const { presentation } = await openMovie(movie);
    assertEquals(presentation.warnings, []);
    const mpd = buildMpd(presentation);
    const playlist = buildMultivariantPlaylist(presentation, "fmp4");
    assertStringIncludes(mpd, `codecs="${movie.codec}"`);
    assertStringIncludes(playlist, `CODECS="${movie.codec}"`);
    if (!movie.channels) return;
    const [scheme, value, channels] = movie.channels;
    const attributes = `schemeIdUri="${scheme}" value="${value}"`;
    assertStringIncludes(mpd, `<AudioChannelConfiguration ${attributes}/>`);
    assertMatch(playlist, new RegExp(`CHANNELS="${channels}"`));
  });

  Deno.test(`MPEG-TS and Smooth Streaming omit ${what}`, async () => {
    const { rendition } = await openMovie(movie);
    assertEquals(isSupportedInTs(rendition), false);
    assertEquals(isSupportedInSmooth(rendition), false);
  });

  Deno.test(`verify() finds no difference in ${what}`, async () => {
    const { presentation, rendition } = await openMovie(movie);
    const { rows, differences } = await verify(presentation, { operator: new Map() });
    assertEquals(differences, []);
    const cmaf = rows.find(({ location }) => location.format === "CMAF");
    assertEquals(cmaf?.samples, rendition.track.samples.count);
  });

  for (const [fault, generators, rule] of plantFaults(movie)) {
    Deno.test(`verify() finds ${fault} of ${what}`, async () => {
      const { presentation } = await openMovie(movie);
      const all = { ...GENERATORS, ...generators };
      const { differences } = await verify(presentation, { operator: new Map(), generators: all });
      const rules = new Set(differences.map((one) => one.rule));
      assertEquals([...rules], [rule], JSON.stringify(differences));
    });
  }

  Deno.test(`mp4box reads every sample of ${what}, as it is in the file`, async () => {
    const { rendition } = await openMovie(movie);
    const init = buildInit(rendition);
    const parts = [init];
    for (let i = 0; i < countSegments(rendition.timeline); i++) {
      parts.push(await readPlan(planCmafSegment(rendition, i, CLEAR), new Uint8Array(0)));
    }
    const [got, ...more] = readTracks(joinBytes(parts));
    assertEquals(more, []);
    assertEquals(got!.samples.map(pickFields), buildCodecSamples(movie).map(expectFields));
    assertEquals(readCodec(init), getBoxCodec(movie));
  });
}

function pickFields({ presentationTime, sync, md5 }: BoxSample) {
  return [Math.round(presentationTime * 1000), sync, md5];
}

function expectFields(bytes: Uint8Array, i: number): ReturnType<typeof pickFields> {
  return [i * SAMPLE_DURATION, true, md5(bytes)];
}

/** Returns the codec of the first track of an init segment, as mp4box reads it. */
function readCodec(init: Uint8Array): string | undefined {
  const file = createFile();
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(joinBytes([init]).buffer, 0));
  return file.getInfo().tracks[0]?.codec;
}

/** mp4box knows the profiles of VVC only. */
function getBoxCodec({ codec }: CodecMovie): string {
  return codec.startsWith("vv") ? codec : codec.split(".")[0]!;
}

const EVERY_30TH = [0, 30, 60, 90, 120];

for (const what of ["AC-4", "DTS-UHD", "MPEG-H Audio in MHAS", "Immersive Audio", "VVC"]) {
  Deno.test(`segments of ${what} start at sync samples`, async () => {
    const { presentation, rendition } = await openMovie(CODEC_MOVIES[what]!, { syncs: EVERY_30TH });
    assertEquals([...rendition.timeline.samples], [0, 60, 125]); // the tail is shorter than half a second
    const { differences } = await verify(presentation, { operator: new Map() });
    assertEquals(differences, []);
  });
}

Deno.test("segments of VVC of which all samples are flagged start at IDR frames", async () => {
  const movie = CODEC_MOVIES.VVC!;
  const samples = buildCodecSamples(movie, (index) => EVERY_30TH.includes(index));
  const { presentation, rendition } = await openMovie(movie, { samples });
  assertEquals([...rendition.timeline.samples], [0, 60, 125]);
  assertMatch(presentation.warnings.join(), /AMS found and uses 5: `ffmpeg -i in.mp4 .* out.ts`/);
});

for (const what of ["Apple Lossless", "integer PCM", "dtsh"]) {
  Deno.test(`every sample of ${what} is a sync sample, whatever the file declares`, async () => {
    const { rendition } = await openMovie(CODEC_MOVIES[what]!, { syncs: EVERY_30TH });
    assertEquals([...rendition.timeline.samples], [0, 50, 100, 125]);
  });
}

for (const [what, movie] of Object.entries(CODEC_MOVIES)) {
  Deno.test(`damaged configurations of ${what} are described, or rejected`, () => {
    const random = new Prng(what);
    let rejected = 0;
    for (let round = 0; round < 500; round++) {
      if (!isDescribed(damage(readEntry(movie), random))) rejected++;
    }
    assert(rejected > 0 && rejected < 500, `${rejected} are rejected`);
  });
}

function readEntry({ entry, channels }: CodecMovie): SampleEntry {
  const body = concat(u32(0, 1), entry);
  return readStsd(new ByteReader(body), channels ? "soun" : "vide")[0]!;
}

/** Changes bytes of the boxes, and truncates one box of four. */
function damage(entry: SampleEntry, random: Prng): SampleEntry {
  const boxes = Array.from(entry.boxes, ([type, body]) => {
    const isShort = random.below(4) === 0;
    const copy = body.slice(0, isShort ? random.below(body.length) : body.length);
    for (let left = 1 + random.below(3); left > 0 && copy.length > 0; left--) {
      copy[random.below(copy.length)] = random.below(256);
    }
    return [type, copy] as const;
  });
  return { ...entry, boxes: new Map(boxes) };
}

/** Returns false if the entry is rejected. verify reads what is described, too. */
function isDescribed(entry: SampleEntry): boolean {
  try {
    const description = findCodec(entry)!.describe(entry);
    if (description.type === "audio") {
      assert(description.channels > 0 && description.sampleRate > 0, JSON.stringify(description));
      readAudioDeclarations(entry, new Uint8Array());
    } else {
      readVideoDeclaration(entry, new Uint8Array());
    }
    return true;
  } catch (error) {
    if (error instanceof MediaError) return false;
    throw error;
  }
}
