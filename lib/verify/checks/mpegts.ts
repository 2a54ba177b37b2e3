/** Compares MPEG-TS segments with the source. */

import type { Presentation } from "../../presentation/presentation.ts";
import { TsDemuxer } from "../readers/ts_demuxer.ts";
import type { DemuxedPes, DemuxedSegment } from "../readers/ts_demuxer.ts";
import type { Report } from "../findings.ts";
import { checkVideo } from "./video.ts";
import { PcrCheck } from "./pcr.ts";
import { checkTables } from "./program_tables.ts";
import { checkAudio } from "./audio.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { toExpectedTsTime, unwrap } from "../expected/ts_times.ts";
import { type MediaContext, SegmentCheck } from "./segment_check.ts";

const AUDIO_LOOK_AHEAD_SAMPLES = 40;

const TS_HZ = 90_000;

export interface MpegtsSources {
  readonly presentation: Presentation;
  readonly video: SourceTrack;
  readonly muxedAudio: SourceTrack | undefined;
  /** Segments of a channel that have all of their audio; default: all. */
  readonly listed?: { readonly first: number; readonly end: number } | undefined;
}

export class MpegtsCheck extends SegmentCheck<SourceSamples> {
  readonly #demuxer = new TsDemuxer();
  readonly #pcr = new PcrCheck();
  #nextAudioSample: number;

  constructor(readonly sources: MpegtsSources, readonly context: MediaContext) {
    super("MPEG-TS", sources.video.rendition.name, context.builder);
    this.#nextAudioSample = findFirstAudioSample(sources);
  }

  async segment(index: number, samples: SourceSamples): Promise<void> {
    const { builder, sources: { presentation, video: source, listed }, context } = this;
    if (listed && (index < listed.first || index >= listed.end)) return;
    const report = this.reportAt(index);
    const { mpegtsSegment } = builder.generators;
    const plan = () => mpegtsSegment(presentation, source.rendition, index);
    const sent = await this.buildSegment(plan, index);
    const bytes = sent && context.decryption.segment(sent, { sequence: index, samples }, report);
    const segment = bytes && this.#demuxer.read(bytes, report);
    if (!segment) return;
    context.measurements.tsSizes[index] = sent.length;
    const { video: main, muxedAudio } = this.sources;
    checkTables(segment, [main, ...muxedAudio ? [muxedAudio] : []], report);
    const [video = [], audio = []] = segment.streams;
    this.count(sent.length, video.length);
    const longestSampleSeconds = samples.durations.reduce((a, b) => Math.max(a, b), 0) /
      source.timescale;
    this.#pcr.check(segment, { video, longestSampleSeconds }, report);
    checkDecodeOrder(segment, report);
    checkVideo(video, { source, samples, report });
    await this.#checkAudio(audio, index, report);
  }

  override finish(): void {
    const { muxedAudio, presentation, listed } = this.sources;
    if (!muxedAudio || this.#nextAudioSample === muxedAudio.end) return;
    if (presentation.isLive && listed) return; // the rest is in segments that follow
    const [from, to] = [this.#nextAudioSample + 1, muxedAudio.end];
    const message = `samples ${from} to ${to} of ${muxedAudio.rendition.name} are in no segment`;
    this.reportAt()("lost sample", message);
  }

  async #checkAudio(packets: readonly DemuxedPes[], index: number, report: Report): Promise<void> {
    const { muxedAudio } = this.sources;
    if (!muxedAudio || packets.length === 0) return;
    const size = packets.map(({ data }) => data.length).reduce((sum, length) => sum + length);
    const from = this.#nextAudioSample;
    const window = await muxedAudio.readSamples(
      from,
      muxedAudio.findEnd(from, size, AUDIO_LOOK_AHEAD_SAMPLES),
    );
    const pairs = checkAudio(packets, { source: muxedAudio, window, report });
    const last = pairs.reduce((max, { source }) => Math.max(max, source), -1);
    this.#nextAudioSample = from + last + 1;
    this.#checkAudioStart(packets[0]!, index, report);
  }

  /** A player that seeks here must not play audio of the previous segment. */
  #checkAudioStart({ pts }: DemuxedPes, index: number, report: Report): void {
    if (index === 0) return;
    const { timeline, timing } = this.sources.video.rendition;
    const start = toExpectedTsTime(timeline.times[index]!, timing.timescale);
    const early = start - unwrap(pts, start);
    if (early > 1) report("audio", `starts ${early} ticks of 90 kHz before the video`);
  }
}

/** Audio before the first segment that is listed is in none. */
function findFirstAudioSample({ video, muxedAudio, listed }: MpegtsSources): number {
  if (!muxedAudio) return 0;
  const { first, end, times, timescale } = muxedAudio;
  if (!listed || listed.first === 0) return first;
  const { timeline, timing } = video.rendition;
  const start = timeline.times[listed.first]! / timing.timescale;
  for (let i = first; i < end; i++) {
    if (times.presentationTime(i) / timescale >= start - 1 / TS_HZ) return i;
  }
  return end;
}

function checkDecodeOrder({ streams }: DemuxedSegment, report: Report): void {
  const packets = streams.flat().sort((a, b) => a.packetIndex - b.packetIndex);
  for (let i = 1; i < packets.length; i++) {
    const [previous, packet] = [packets[i - 1]!, packets[i]!];
    if (unwrap(packet.dts, previous.dts) >= previous.dts) continue;
    report("order", `the PES packet of DTS ${packet.dts} follows that of ${previous.dts}`);
  }
}
