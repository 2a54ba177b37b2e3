/** Inits and segments of text in MP4, box by box. */

import { assert, assertEquals } from "@std/assert";
import { ByteReader } from "../../lib/bytes.ts";
import { readBoxes } from "../../lib/mp4/box.ts";
import { openInputs } from "../../lib/presentation/open.ts";
import type { SubtitleRendition } from "../../lib/presentation/presentation.ts";
import { buildStppInit, buildWvttInit } from "../../lib/cmaf/init.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { planStppSegment } from "../../lib/cmaf/stpp.ts";
import { planWvttSegment } from "../../lib/cmaf/wvtt.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { buildProgressiveMovie, stppEntry } from "../subtitle_movie.ts";
import { getSubtitleFile } from "../subtitle_files.ts";

async function open(file: string, bytes = getSubtitleFile(file)): Promise<SubtitleRendition> {
  const { source } = memorySource(bytes, file);
  const { renditions } = await openInputs([{ file }], { segmentDuration: 2, open: () => source });
  return [...renditions.values()][0] as SubtitleRendition;
}

/** Types of boxes, those in `inside` with what they hold. */
function tree(bytes: Uint8Array, inside = "moov trak mdia minf moof traf"): string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at);
    const [size, type] = [
      view.getUint32(0),
      String.fromCharCode(...bytes.subarray(at + 4, at + 8)),
    ];
    const body = bytes.subarray(at + 8, at + size);
    const isInside = inside.split(" ").includes(type);
    found.push(isInside ? `${type}(${tree(body, inside).join(" ")})` : type);
    at += size;
  }
  return found;
}

Deno.test("wvttInit() writes a text track with the head of the file", async () => {
  const rendition = await open(
    "a.vtt",
    new TextEncoder().encode(
      "WEBVTT x\n\nNOTE no\n\nSTYLE\n::cue {}\n\n00:00.000 --> 00:01.000\na",
    ),
  );
  const init = buildWvttInit(rendition);
  assertEquals(tree(init), [
    "ftyp",
    "moov(mvhd trak(tkhd mdia(mdhd hdlr minf(nmhd dinf stbl))) mvex)",
  ]);
  const text = new TextDecoder("latin1").decode(init);
  assert(text.includes("text\0\0\0\0") && text.includes("vttCWEBVTT x\n\nSTYLE\n::cue {}"), text);
  assert(!text.includes("NOTE"), text);
});

Deno.test("stppInit() writes a subtitle track with the file's own entry", async () => {
  const { stpp } = await open("stpp.mp4");
  const init = buildStppInit(stpp!, "pt-BR");
  assertEquals(tree(init), [
    "ftyp",
    "moov(mvhd trak(tkhd mdia(mdhd hdlr elng minf(sthd dinf stbl))) mvex)",
  ]);
  const text = new TextDecoder("latin1").decode(init);
  assert(text.includes("subt\0\0\0\0") && text.includes("codecs=im1t"), text);
});

Deno.test("wvttSegment() is one fragment, known before anything is read", async () => {
  const { header, ranges, transform } = planWvttSegment(await open("cues.en.srt"), 1);
  assertEquals(tree(header), ["styp", "moof(mfhd traf(tfhd tfdt trun))", "mdat"]);
  assertEquals([ranges, transform], [[], undefined]);
});

Deno.test("stppSegment() passes a long document on as the one of its segment", async () => {
  const { stpp } = await open("stpp.mp4");
  assertEquals([...stpp!.timeline.times], [0, 2000, 4000, 6000]);
  const bytes = await readPlan(planStppSegment(stpp!, 1), new Uint8Array(0));
  assertEquals(tree(bytes), ["styp", "moof(mfhd traf(tfhd tfdt trun))", "mdat"]);
});

Deno.test("stppSegment() gives each of several short documents a fragment of its own", async () => {
  const documents = Array.from(
    { length: 8 },
    (_, i) =>
      `<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="${
        i / 2
      }s" dur="0.5s">${i}</p></div></body></tt>`,
  );
  const samples = documents.map((text) => ({
    duration: 500,
    bytes: new TextEncoder().encode(text),
  }));
  const bytes = buildProgressiveMovie({ handler: "subt", entry: stppEntry(), samples });
  const { stpp } = await open("a.mp4", bytes);
  assertEquals([...stpp!.timeline.times], [0, 2000, 4000]);
  const segment = await readPlan(planStppSegment(stpp!, 1), new Uint8Array(0));
  const fragment = ["moof(mfhd traf(tfhd tfdt trun))", "mdat"];
  assertEquals(tree(segment), ["styp", ...fragment, ...fragment, ...fragment, ...fragment]);
  const found: (string | number)[] = [];
  readBoxes(new ByteReader(segment), {
    moof: (r) =>
      readBoxes(r, {
        mfhd: (r) => found.push((r.skip(4), r.u32())),
        traf: (r) => readBoxes(r, { tfdt: (r) => found.push((r.skip(4), r.u64())) }),
      }),
    mdat: (r) => found.push(new TextDecoder().decode(r.rest().bytes)),
  });
  assertEquals(found, [4, 5, 6, 7].flatMap((i) => [i + 1, i * 500, documents[i]!]));
});
