/** Documents of TTML that go out as they are (ISO/IEC 14496-30 §5), held against those of the file. */

import { ByteReader } from "../../bytes.ts";
import { readBoxes, readVersion } from "../../mp4/box.ts";
import type { StppTrack, SubtitleRendition } from "../../presentation/presentation.ts";
import { readBytes } from "../../storage/source.ts";
import type { Place } from "../findings.ts";
import { readInit } from "./init.ts";
import { newTally, readBack } from "../build.ts";
import type { FormCheck, Workbench } from "../build.ts";

/** A segment: when each of its fragments starts, and what is in their mdats. */
interface Documents {
  readonly times: readonly number[];
  readonly documents: readonly Uint8Array[];
}

export class StppCheck implements FormCheck<undefined> {
  readonly tally;
  readonly #place: Place;
  readonly #stpp: StppTrack;

  constructor(rendition: SubtitleRendition, stpp: StppTrack, readonly bench: Workbench) {
    this.#place = { form: "TTML", rendition: rendition.name };
    this.#stpp = stpp;
    this.tally = newTally(this.#place);
    const say = bench.findings.at(this.#place);
    const bytes = bench.make(() => bench.writers.stppInit(stpp, rendition.language), say);
    const track = bytes && readBack(() => readInit(bytes), say, "init")?.moov.tracks[0];
    if (!track) return;
    if (track.handler !== "subt") say("init", `its handler is ${track.handler}, not subt`);
    if (track.timescale !== stpp.timing.timescale) {
      say("timescale", `it is ${track.timescale} instead of ${stpp.timing.timescale}`);
    }
    const same = track.entries.length === stpp.track.entries.length &&
      track.entries.every(({ bytes }, i) => equal(bytes, stpp.track.entries[i]!.bytes));
    if (!same) say("sample entry", "it is not that of the file");
  }

  async segment(index: number): Promise<void> {
    const { bench, tally } = this;
    const { source, track, timing, timeline } = this.#stpp;
    const say = bench.findings.at({ ...this.#place, segment: index + 1 });
    const made = await bench.build(() => bench.writers.stppSegment(this.#stpp, index), say);
    const bytes = made?.slice(); // the file is read meanwhile
    const segment = bytes && readBack(() => readSegment(bytes), say);
    if (!segment) return;
    tally.segments++;
    tally.bytes += bytes.length;
    tally.samples += segment.documents.length;
    const [first, end] = [timeline.samples[index]!, timeline.samples[index + 1]!];
    const { offsets, sizes } = track.samples.readSamples(first, end);
    if (segment.documents.length < sizes.length) say("lost sample", "documents are missing");
    for (const [i, document] of segment.documents.entries()) {
      const sample = first + i;
      if (sample >= end) return say("extra sample", "it is a document of another segment", sample);
      const time = timing.decodeTime(sample);
      if (segment.times[i] !== time) {
        say("decode time", `it is ${segment.times[i]} instead of ${time}`, sample);
      }
      const own = await readBytes(source, offsets[i]!, sizes[i]!);
      if (!equal(document, own)) say("bytes", "the document is another", sample);
    }
  }

  finish(): void {}
}

/** @throws MediaError when a size lies */
function readSegment(bytes: Uint8Array): Documents {
  const times: number[] = [];
  const documents: Uint8Array[] = [];
  readBoxes(new ByteReader(bytes), {
    moof: (r) =>
      readBoxes(r, { traf: (r) => readBoxes(r, { tfdt: (r) => times.push(readTfdt64(r)) }) }),
    mdat: (r) => documents.push(r.rest().bytes),
  });
  return { times, documents };
}

function readTfdt64(r: ByteReader): number {
  return readVersion(r, 1).version === 1 ? r.u64() : r.u32();
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
