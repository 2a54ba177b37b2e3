/** Writes what a channel segmenter decides to an archive, and goes on after a restart. */

import { ArchiveWriter } from "../../lib/archive/archive_writer.ts";
import type { ArchiveFileSystem } from "../../lib/archive/file_system.ts";
import type { ChannelEvent, PeriodBegan } from "../../lib/live/segmenter/channel_events.ts";
import { ChannelSegmenter } from "../../lib/live/segmenter/channel_segmenter.ts";
import type { LiveRequest } from "../../lib/live/segmenter/publishers.ts";
import type { FragmentReader } from "../../lib/live/media/fragments.ts";
import type { ResumedPeriod } from "../../lib/live/segmenter/resumed_period.ts";

const SETTINGS = { segmentDuration: 2, reconnect: 60 };

export class TestRecorder {
  readonly #writer: ArchiveWriter;
  readonly segmenter: ChannelSegmenter;
  arrival = 0;

  /** @param last the last period that began before a restart */
  constructor(files: ArchiveFileSystem, public last?: PeriodBegan) {
    this.#writer = ArchiveWriter.open(files);
    const isOpen = this.#writer.last?.progress.isBroadcastOver === false;
    const resumed = last && isOpen ? toResumed(last, this.#writer) : undefined;
    this.segmenter = new ChannelSegmenter(SETTINGS, resumed);
  }

  push(request: LiveRequest, items: ReturnType<FragmentReader["push"]>, seconds: number): void {
    const now = { utc: 1.7e15 + seconds * 1e6, monotonic: seconds * 1e6 };
    this.arrival = now.utc;
    for (const item of items) {
      const events = item.kind === "init"
        ? this.segmenter.addInit(request, item.init)
        : item.kind === "fragment"
        ? this.segmenter.addFragment(request, item, now)
        : this.segmenter.endStream(request);
      for (const event of events) this.#write(event);
    }
  }

  #write(event: ChannelEvent): void {
    const { arrival } = this;
    if (event.kind === "period began") this.#begin(event);
    else if (event.kind === "period continued") this.#writer.continuePeriod();
    else if (event.kind === "chunk") this.#writer.append(event);
    else if (event.kind === "segment closed") this.#writer.closeSegment(event, arrival);
    else if (event.kind === "target fixed") this.#writer.fixTarget(event.seconds, arrival);
    else if (event.kind === "period ended") this.#writer.endPeriod();
    else if (event.kind === "broadcast over") this.#writer.endBroadcast(arrival);
  }

  #begin(event: PeriodBegan): void {
    const { start, reason, startsBroadcast } = event;
    this.last = event;
    this.#writer.beginPeriod({
      ...{ start, reason, ...startsBroadcast && { epoch: start } },
      tracks: event.tracks.map(({ name, stream, mediaTime, live: { type, track } }) => ({
        ...{ name, type, stream, mediaTime, publisher: "main", timescale: track.timescale },
        init: new TextEncoder().encode(`init of ${name}`),
      })),
    });
  }
}

function toResumed({ tracks }: PeriodBegan, writer: ArchiveWriter): ResumedPeriod {
  const { progress } = writer.last!;
  const ends = writer.readEnds();
  return {
    target: progress.target,
    tracks: tracks.map((track, i) => ({
      ...track,
      initKey: track.init.key,
      decodeEnd: ends[i]!.decodeEnd ?? 0,
      segments: progress.tracks[i]!.next,
    })),
  };
}
