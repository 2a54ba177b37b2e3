/** Compares TTML in MP4 (ISO/IEC 14496-30 §5) with the documents of the file. */

import { ByteReader } from "../../bytes.ts";
import { readBoxes } from "../../mp4/box.ts";
import { readTfdt } from "../../mp4/moof.ts";
import type { StppTrack, SubtitleRendition } from "../../presentation/presentation.ts";
import { readBytes } from "../../storage/source.ts";
import { bytesEqual } from "../bytes_equal.ts";
import { readInit } from "./init.ts";
import { tryRead } from "../build.ts";
import type { Builder } from "../build.ts";
import { SegmentCheck } from "./segment_check.ts";

interface StppSegment {
  readonly decodeTimes: readonly number[];
  readonly documents: readonly Uint8Array[];
}

export class StppCheck extends SegmentCheck {
  readonly #stpp: StppTrack;

  constructor({ name, language }: SubtitleRendition, stpp: StppTrack, builder: Builder) {
    super("TTML", name, builder);
    this.#stpp = stpp;
    this.#checkInit(language);
  }

  #checkInit(language: string): void {
    const { builder } = this;
    const { track: { entries }, timing: { timescale } } = this.#stpp;
    const report = this.reportAt();
    const { stppInit } = builder.generators;
    const bytes = builder.generate(() => stppInit(this.#stpp, language), report);
    const track = bytes && tryRead(() => readInit(bytes), report, "init")?.moov.tracks[0];
    if (!track) return;
    if (track.handler !== "subt") report("init", `got handler ${track.handler}, expected subt`);
    if (track.timescale !== timescale) {
      report("timescale", `got ${track.timescale}, expected ${timescale}`);
    }
    const same = track.entries.length === entries.length &&
      track.entries.every(({ bytes }, i) => bytesEqual(bytes, entries[i]!.bytes));
    if (!same) report("sample entry", "differs from the file");
  }

  async segment(index: number): Promise<void> {
    const { builder } = this;
    const { source, track, timing, timeline } = this.#stpp;
    const report = this.reportAt(index);
    const built = await builder.build(
      () => builder.generators.stppSegment(this.#stpp, index),
      report,
    );
    const bytes = built?.slice(); // the buffer may be used again while the file is read
    const segment = bytes && tryRead(() => readSegment(bytes), report);
    if (!segment) return;
    this.count(bytes.length, segment.documents.length);
    const [first, end] = [timeline.samples[index]!, timeline.samples[index + 1]!];
    const { offsets, sizes } = track.samples.readSamples(first, end);
    const [got, expected] = [segment.documents.length, sizes.length];
    if (got < expected) report("lost sample", `got ${got} documents, expected ${expected}`);
    for (const [i, document] of segment.documents.entries()) {
      const sample = first + i;
      if (sample >= end) return report("extra sample", "belongs to another segment", sample);
      const time = timing.decodeTime(sample);
      if (segment.decodeTimes[i] !== time) {
        report("decode time", `got ${segment.decodeTimes[i]}, expected ${time}`, sample);
      }
      const expectedDocument = await readBytes(source, offsets[i]!, sizes[i]!);
      if (!bytesEqual(document, expectedDocument)) report("bytes", "the document differs", sample);
    }
  }
}

function readSegment(bytes: Uint8Array): StppSegment {
  const times: number[] = [];
  const documents: Uint8Array[] = [];
  readBoxes(new ByteReader(bytes), {
    moof: (r) =>
      readBoxes(r, { traf: (r) => readBoxes(r, { tfdt: (r) => times.push(readTfdt(r)) }) }),
    mdat: (r) => documents.push(r.rest().bytes),
  });
  return { decodeTimes: times, documents };
}
