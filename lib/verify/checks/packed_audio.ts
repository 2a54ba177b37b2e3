/** Packed audio (RFC 8216bis §3.1.3), held against the source: its time tag, its frames. */

import { ByteReader } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import type { RenditionMeasurements } from "../measurements.ts";
import type { FindingLocation } from "../findings.ts";
import { checkAudioFrames } from "./audio.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { computeTsTimes, WRAP } from "../expected/ts_times.ts";
import { createTally, readBack } from "../build.ts";
import type { Builder, FormatCheck } from "../build.ts";

export class PackedAudioCheck implements FormatCheck<SourceSamples> {
  readonly tally;
  readonly #location: FindingLocation;

  constructor(
    readonly source: SourceTrack,
    readonly measurements: RenditionMeasurements,
    readonly builder: Builder,
  ) {
    this.#location = { format: "MPEG-TS", rendition: source.rendition.name };
    this.tally = createTally(this.#location);
  }

  async segment(index: number, samples: SourceSamples): Promise<void> {
    const { builder, source } = this;
    const report = builder.findings.at({ ...this.#location, segment: index + 1 });
    const { packedAudioSegment } = builder.generators;
    const bytes = await builder.build(() => packedAudioSegment(source.rendition, index), report);
    const tagged = bytes && readBack(() => readTimeTag(bytes), report, "time tag");
    if (!tagged) return;
    this.measurements.streams[index] = bytes.length;
    this.tally.segments++;
    this.tally.bytes += bytes.length;
    const { pts } = computeTsTimes(source, samples);
    const expected = startOf(pts) % WRAP;
    if (tagged.time !== expected) {
      report("time tag", `it is ${tagged.time} instead of ${expected} (90 kHz)`);
    }
    const { frames } = checkAudioFrames([tagged.frames], {
      source,
      window: samples,
      report,
      open: false,
    });
    this.tally.samples += frames.length;
  }

  finish(): void {}
}

/** A step that is longer than the others by so much is a gap, in ticks: 10 ms. */
const GAP = 900;

/** Frames have no time but the tag's: where there is a gap among them, those behind it are right. */
function startOf(pts: Float64Array): number {
  const steps = Array.from(pts.subarray(1), (time, i) => time - pts[i]!);
  const counts = new Map<number, number>();
  for (const step of steps) counts.set(step, (counts.get(step) ?? 0) + 1);
  const [usual = 0] = [...counts].reduce((a, b) => b[1] > a[1] ? b : a, [0, 0]);
  const gaps = steps.map((step) => step - usual).filter((gap) => gap > GAP);
  return gaps.reduce((sum, gap) => sum + gap, pts[0]!);
}

const OWNER = "com.apple.streaming.transportStreamTimestamp";

/** The ID3 tag of version 2.4 (id3.org), with the one PRIV frame that says a timestamp; and what follows it. */
function readTimeTag(bytes: Uint8Array): { time: number; frames: Uint8Array } {
  const r = new ByteReader(bytes);
  if (r.ascii(3) !== "ID3" || r.u8() !== 4) {
    throw new MediaError("Cannot find an ID3 tag of version 2.4");
  }
  r.skip(2);
  const tag = r.take(sevenBits(r));
  const frames = r.rest().bytes;
  const type = tag.ascii(4);
  const content = tag.take(sevenBits(tag, 2));
  const owner = content.cstring();
  if (type !== "PRIV" || owner !== OWNER || content.left !== 8) {
    throw new MediaError(`Cannot find a time in ${type} of ${owner}`);
  }
  return { time: content.u64(), frames };
}

/** A size of 7 bits a byte; `flags` bytes of flags stand behind it. */
function sevenBits(r: ByteReader, flags = 0): number {
  let size = 0;
  for (let i = 0; i < 4; i++) size = size * 128 + (r.u8() & 127);
  r.skip(flags);
  return size;
}
