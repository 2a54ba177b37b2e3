/** Simulated channels whose archives can be verified. */

import { ArchiveWriter } from "../../lib/archive/archive_writer.ts";
import { ByteWriter } from "../../lib/bytes.ts";
import type { ChannelEvent, PeriodTrack } from "../../lib/live/segmenter/channel_events.ts";
import { ChannelRecorder } from "../../lib/live/recording/channel_recorder.ts";
import { ftyp } from "../../lib/mp4/file_type.ts";
import { UPRIGHT } from "../../lib/mp4/matrix.ts";
import { moov } from "../../lib/mp4/moov.ts";
import { MemoryFileSystem } from "../archive/memory_file_system.ts";
import { TestChannel } from "./channel.ts";

/** Init segments of codecs without a configuration. */
function buildInit({ live: { type, track }, mediaTime }: PeriodTrack): Uint8Array {
  const w = new ByteWriter();
  ftyp(w, ["cmfc"]);
  moov(w, {
    ...{ id: 1, type, timescale: track.timescale, mediaTime },
    ...{ width: 0, height: 0, orientation: UPRIGHT },
    ...{ language: "und", extendedLanguage: "" },
    entries: track.entries.map(({ bytes }) => bytes),
    hasNonSyncSamples: type === "video",
  });
  return w.finish();
}

/** A channel that is recorded, too. */
export class RecordedTestChannel extends TestChannel {
  readonly files = new MemoryFileSystem();
  readonly #recorder = new ChannelRecorder(ArchiveWriter.open(this.files), {
    publisher: "main",
    tracks: new Map(),
    buildInit,
  });

  override take(events: readonly ChannelEvent[]): void {
    super.take(events);
    this.#recorder.record(events);
  }
}
