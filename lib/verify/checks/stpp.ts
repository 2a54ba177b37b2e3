/** Documents of TTML that go out as they are (ISO/IEC 14496-30 §5), held against those of the file. */

import { ByteReader } from "../../bytes.ts";
import { readBoxes, readVersion } from "../../mp4/box.ts";
import type { StppTrack, SubtitleRendition } from "../../presentation/presentation.ts";
import { readBytes } from "../../storage/source.ts";
import type { FindingLocation } from "../findings.ts";
import { readInit } from "./init.ts";
import { createTally, readBack } from "../build.ts";
import type { Builder, FormatCheck } from "../build.ts";

/** A segment: when each of its fragments starts, and what is in their mdats. */
interface Documents {
  readonly times: readonly number[];
  readonly documents: readonly Uint8Array[];
}

export class StppCheck implements FormatCheck<undefined> {
  readonly tally;
  readonly #location: FindingLocation;
  readonly #stpp: StppTrack;

  constructor(rendition: SubtitleRendition, stpp: StppTrack, readonly builder: Builder) {
    this.#location = { format: "TTML", rendition: rendition.name };
    this.#stpp = stpp;
    this.tally = createTally(this.#location);
    const report = builder.findings.at(this.#location);
    const bytes = builder.make(() => builder.generators.stppInit(stpp, rendition.language), report);
    const track = bytes && readBack(() => readInit(bytes), report, "init")?.moov.tracks[0];
    if (!track) return;
    if (track.handler !== "subt") report("init", `its handler is ${track.handler}, not subt`);
    if (track.timescale !== stpp.timing.timescale) {
      report("timescale", `it is ${track.timescale} instead of ${stpp.timing.timescale}`);
    }
    const same = track.entries.length === stpp.track.entries.length &&
      track.entries.every(({ bytes }, i) => equal(bytes, stpp.track.entries[i]!.bytes));
    if (!same) report("sample entry", "it is not that of the file");
  }

  async segment(index: number): Promise<void> {
    const { builder, tally } = this;
    const { source, track, timing, timeline } = this.#stpp;
    const report = builder.findings.at({ ...this.#location, segment: index + 1 });
    const made = await builder.build(
      () => builder.generators.stppSegment(this.#stpp, index),
      report,
    );
    const bytes = made?.slice(); // the file is read meanwhile
    const segment = bytes && readBack(() => readSegment(bytes), report);
    if (!segment) return;
    tally.segments++;
    tally.bytes += bytes.length;
    tally.samples += segment.documents.length;
    const [first, end] = [timeline.samples[index]!, timeline.samples[index + 1]!];
    const { offsets, sizes } = track.samples.readSamples(first, end);
    if (segment.documents.length < sizes.length) report("lost sample", "documents are missing");
    for (const [i, document] of segment.documents.entries()) {
      const sample = first + i;
      if (sample >= end) {
        return report("extra sample", "it is a document of another segment", sample);
      }
      const time = timing.decodeTime(sample);
      if (segment.times[i] !== time) {
        report("decode time", `it is ${segment.times[i]} instead of ${time}`, sample);
      }
      const own = await readBytes(source, offsets[i]!, sizes[i]!);
      if (!equal(document, own)) report("bytes", "the document is another", sample);
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
