/** A channel that tests record, with init segments and samples of a real file. */

import { ArchiveWriter, type NewTrack } from "../../lib/archive/archive_writer.ts";
import { buildInit } from "../../lib/cmaf/init.ts";
import { Library, type LibraryOptions } from "../../lib/library/library.ts";
import { Channel } from "../../lib/library/channel.ts";
import { DocumentRoot } from "../../lib/library/document_root.ts";
import { createChunk, EPOCH } from "../archive/recording.ts";
import { getMedia, open } from "../archive/recorded_asset.ts";
import { openInputs } from "../open_presentation.ts";
import { ArchiveStorage } from "./archive_storage.ts";

export { EPOCH };

/** Video and audio with a timescale of 10. */
export async function createTracks(names = ["feed-video", "feed-audio"]): Promise<NewTrack[]> {
  const presentation = await openInputs(
    [{ file: "ladder-avc-240p.mp4" }, { file: "ladder-aac-eng.mp4" }],
    { segmentDuration: 2, open },
  );
  try {
    return getMedia(presentation).map((rendition, i) => {
      const timing = { timescale: 10, mediaTime: 0 };
      return {
        name: names[i]!,
        type: rendition.type as "video" | "audio",
        ...timing,
        stream: "feed",
        publisher: "main",
        init: buildInit({ ...rendition, timing }),
      };
    });
  } finally {
    presentation.close();
  }
}

/** A recorded channel and a library that serves it, at a time that the test sets. */
export class RecordedChannel implements Disposable {
  readonly storage = new ArchiveStorage();
  writer = ArchiveWriter.open(this.storage.archive);
  timeMs = 0;
  /** Added to the UTC at which media arrives, in µs. */
  arrivalShift = 0;
  readonly warnings: string[] = [];
  readonly library: Library;
  readonly #options: Partial<LibraryOptions>;

  private constructor(readonly tracks: readonly NewTrack[], options: Partial<LibraryOptions>) {
    this.#options = options;
    this.library = this.createLibrary();
  }

  static async create(
    live: Record<string, unknown> = {},
    options: Partial<LibraryOptions> = {},
  ): Promise<RecordedChannel> {
    const channel = new RecordedChannel(await createTracks(), options);
    channel.edit(live);
    return channel;
  }

  /** The library of another worker. */
  createLibrary(): Library {
    return new Library({
      root: new DocumentRoot(this.storage),
      serveDirectories: false,
      capacityBytes: 2 ** 24,
      maxOpenFiles: 256,
      warn: (file, warning) => void this.warnings.push(`${file}: ${warning}`),
      now: () => this.timeMs,
      ...this.#options,
    });
  }

  /** Writes the channel file. */
  edit(live: Record<string, unknown>): void {
    this.storage.files.set("live/news.json", JSON.stringify({ ams: 1, live }));
  }

  begin(
    second: number,
    { isBroadcast = false, tracks = this.tracks, reason = "start" } = {},
  ): void {
    const start = EPOCH + second * 1e6;
    this.writer.beginPeriod({ start, reason, tracks, ...isBroadcast && { epoch: start } });
  }

  /** Appends segments of two seconds; times are those of the period. */
  append(from: number, end: number): void {
    for (let second = from; second < end; second += 2) {
      for (const track of this.tracks.keys()) {
        const arrival = EPOCH + second * 1e6 + this.arrivalShift;
        this.writer.append(createChunk(track, second, { count: 2, arrival }));
      }
    }
    this.writer.fixTarget(2, EPOCH + this.arrivalShift);
  }

  /** Opens the channel at a later time, as a request does. */
  async open(library = this.library, version?: string): Promise<Channel> {
    this.timeMs += 1000;
    const opened = await library.open("live/news.json", version);
    if (!(opened instanceof Channel)) throw new Error("expected a channel");
    opened.release();
    return opened;
  }

  [Symbol.dispose](): void {
    this.library.close();
  }
}

/** `<number>: <first ordinal>+<segments>@<start>-<end>` of the first rendition, in seconds of the period. */
export function summarize(channel: Channel, view: "listed" | "whole" = "listed"): string[] {
  return (channel.views?.[view].periods ?? []).map(({ number, presentation, sequences }) => {
    const [rendition] = presentation.renditions.values();
    if (rendition?.type !== "video") throw new Error("expected video");
    const { firstOrdinal } = sequences.get(rendition.name)!;
    const { times } = rendition.timeline;
    return `${number}: ${firstOrdinal}+${times.length - 1}@${times[0]! / 10}-${times.at(-1)! / 10}`;
  });
}
