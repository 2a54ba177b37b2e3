/** Compares TTML in MP4 (ISO/IEC 14496-30 §5) with the documents of the file. */

import { ByteReader } from "../../bytes.ts";
import { readBoxes } from "../../mp4/box.ts";
import { readTfdt, readTfhd } from "../../mp4/moof.ts";
import { getColumnOffsets, readTrun } from "../../mp4/trun.ts";
import type { StppTrack, SubtitleRendition } from "../../presentation/presentation.ts";
import { readBytes } from "../../storage/source.ts";
import { bytesEqual } from "../bytes_equal.ts";
import type { Report } from "../findings.ts";
import { readTtml } from "../readers/ttml.ts";
import { readInit } from "./init.ts";
import { checkInitLanguage } from "./init_signalling.ts";
import { tryRead } from "../build.ts";
import type { Builder } from "../build.ts";
import { SegmentCheck } from "./segment_check.ts";

interface StppSegment {
  readonly decodeTimes: readonly number[];
  /** End of the last document. */
  readonly decodeEnd: number;
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
    checkInitLanguage(bytes!, language, report);
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
    const { timeline } = this.#stpp;
    const report = this.reportAt(index);
    const built = await builder.build(
      () => builder.generators.stppSegment(this.#stpp, index),
      report,
    );
    const bytes = built?.slice(); // the buffer may be used again while the file is read
    const segment = bytes && tryRead(() => readSegment(bytes), report);
    if (!segment) return;
    this.count(bytes.length, segment.documents.length);
    const [start, end] = [timeline.decodeTimes[index]!, timeline.decodeTimes[index + 1]!];
    if (segment.decodeTimes[0] !== start || segment.decodeEnd !== end) {
      const got = `${segment.decodeTimes[0]} to ${segment.decodeEnd}`;
      report("decode time", `got ${got}, expected ${start} to ${end}`);
    }
    const [first, next] = [timeline.samples[index]!, timeline.samples[index + 1]!];
    if (first === next) checkEmptyDocument(segment, report);
    else await this.#checkDocuments(segment, { first, end: next }, report);
  }

  async #checkDocuments(
    { documents, decodeTimes }: StppSegment,
    { first, end }: { first: number; end: number },
    report: Report,
  ): Promise<void> {
    const { source, track, timing } = this.#stpp;
    const { offsets, sizes } = track.samples.readSamples(first, end);
    const [got, expected] = [documents.length, sizes.length];
    if (got < expected) report("lost sample", `got ${got} documents, expected ${expected}`);
    for (const [i, document] of documents.entries()) {
      const sample = first + i;
      if (sample >= end) return report("extra sample", "belongs to another segment", sample);
      const time = timing.decodeTime(sample);
      if (decodeTimes[i] !== time) {
        report("decode time", `got ${decodeTimes[i]}, expected ${time}`, sample);
      }
      const expectedDocument = await readBytes(source, offsets[i]!, sizes[i]!);
      if (!bytesEqual(document, expectedDocument)) report("bytes", "the document differs", sample);
    }
  }
}

/** A segment after the last document of the track contains a document without text. */
function checkEmptyDocument({ documents }: StppSegment, report: Report): void {
  const [document, ...others] = documents;
  const paragraphs = document && tryRead(() => readTtml(document), report, "text");
  if (!paragraphs || paragraphs.length > 0 || others.length > 0) {
    report("extra sample", "expected one document without text");
  }
}

function readSegment(bytes: Uint8Array): StppSegment {
  const decodeTimes: number[] = [];
  const documents: Uint8Array[] = [];
  let decodeEnd = NaN;
  readBoxes(new ByteReader(bytes), {
    moof: (r) =>
      readBoxes(r, {
        traf: (r) => {
          let duration = 0;
          readBoxes(r, {
            tfhd: (r) => duration = readTfhd(r).duration ?? 0,
            tfdt: (r) => decodeTimes.push(readTfdt(r)),
            trun: (r) => duration = readTrunDuration(r) ?? duration,
          });
          decodeEnd = decodeTimes.at(-1)! + duration;
        },
      }),
    mdat: (r) => documents.push(r.rest().bytes),
  });
  return { decodeTimes, decodeEnd, documents };
}

/** Each document has a fragment of its own. */
function readTrunDuration(r: ByteReader): number | undefined {
  const { columns, rows } = readTrun(r);
  const [offset] = getColumnOffsets(columns);
  return offset < 0 ? undefined : new ByteReader(rows.subarray(offset)).u32();
}
