import { assertEquals } from "@std/assert";
import { ByteReader } from "../../lib/bytes.ts";
import { readBoxes } from "../../lib/mp4/box.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { planStppSegment } from "../../lib/cmaf/stpp.ts";
import { buildProgressiveMovie, stppEntry } from "../subtitle_movie.ts";
import { getFragmentSample, readFragment } from "../../lib/verify/readers/fragment.ts";
import type { StppTrack, SubtitleRendition } from "../../lib/presentation/presentation.ts";
import { parseTtml } from "../../lib/subtitles/ttml/reader.ts";
import { readWithImsc } from "../imsc.ts";
import { openTestdata } from "../sample_presentations.ts";
import { listBoxes, openSubtitleFile } from "./box_list.ts";

const NO_DEFAULTS = { descriptionIndex: 1, duration: 0, size: 0, flags: 0 };

Deno.test("planStppSegment() returns a long document in one fragment", async () => {
  const { stpp } = await openSubtitleFile("stpp.mp4");
  assertEquals([...stpp!.timeline.times], [0, 2000, 4000, 6000]);
  const bytes = await readPlan(planStppSegment(stpp!, 1), new Uint8Array(0));
  assertEquals(listBoxes(bytes), ["styp", "moof(mfhd traf(tfhd tfdt trun))", "mdat"]);
});

Deno.test("planStppSegment() returns each of several short documents in a fragment of its own", async () => {
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
  const { stpp } = await openSubtitleFile("a.mp4", bytes);
  assertEquals([...stpp!.timeline.times], [0, 2000, 4000]);
  const segment = await readPlan(planStppSegment(stpp!, 1), new Uint8Array(0));
  const fragment = ["moof(mfhd traf(tfhd tfdt trun))", "mdat"];
  assertEquals(listBoxes(segment), ["styp", ...fragment, ...fragment, ...fragment, ...fragment]);
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

/** Next to 6 s of audio and video, the only document ends at 4 s. */
async function openShort(): Promise<StppTrack> {
  const presentation = await openTestdata(["multi-avc-stpp.mp4"]);
  const text = [...presentation.renditions.values()].at(-1)!;
  return (text as SubtitleRendition).stpp!;
}

Deno.test("planStppSegment() returns an empty document after the last one", async () => {
  const stpp = await openShort();
  assertEquals([...stpp.timeline.times], [0, 4_000_000, 6_000_000]);
  const bytes = await readPlan(planStppSegment(stpp, 1), new Uint8Array(0));
  assertEquals(listBoxes(bytes), ["styp", "moof(mfhd traf(tfhd tfdt trun))", "mdat"]);
  const { samples, sequenceNumber, trafs } = readFragment(bytes, NO_DEFAULTS);
  assertEquals([sequenceNumber, trafs[0]!.decodeTime], [2, 4_000_000]);
  assertEquals([...samples.durations], [2_000_000]);
  const document = new TextDecoder().decode(getFragmentSample(bytes, samples, 0));
  assertEquals(parseTtml(document).webvtt.cues, []);
  assertEquals(readWithImsc(document).errors, []);
});
