import { assert } from "@std/assert";
import { Channel } from "../../lib/library/channel.ts";
import { DocumentRoot } from "../../lib/library/document_root.ts";
import { Library } from "../../lib/library/library.ts";
import { buildPeriodInit } from "../../lib/live/recording/period_init.ts";
import type { RecorderOptions } from "../../lib/live/recorder.ts";
import { ArchiveStorage } from "../library/archive_storage.ts";
import { CHANNEL, MemoryChannels, RecordedServer } from "./recorded_server.ts";

/** A recorder in memory, and a library that serves what it has recorded. */
export class PlayedServer extends RecordedServer {
  readonly #storage = new ArchiveStorage();
  readonly #library: Library;

  /**
   * @param settings of the channel file
   * @param previous server, of which this one has the archive
   */
  constructor(
    settings: object,
    options: Partial<RecorderOptions> = {},
    { channels = new MemoryChannels(settings), time = 0 }: Partial<RecordedServer> = {},
  ) {
    super(channels, time, { buildInit: buildPeriodInit, ...options });
    this.#storage.files.set(CHANNEL, JSON.stringify({ ams: 1, live: settings }));
    this.#library = new Library({
      root: new DocumentRoot(this.#storage),
      serveDirectories: false,
      capacityBytes: 2 ** 24,
      maxOpenFiles: 256,
      warn: () => {},
      now: () => this.time * 1000,
    });
  }

  /** Lets time pass at once: what has not come by then is overdue. */
  async skip(seconds: number): Promise<void> {
    this.time += seconds;
    await this.wait(0.25);
  }

  /** Opens the channel as a viewer does; undefined before it has an archive. */
  async view(): Promise<Channel | undefined> {
    const archive = this.channels.archives.get("news.json");
    if (!archive) return undefined;
    this.#storage.archive = archive;
    this.time += 1;
    const channel = await this.#library.open(CHANNEL);
    assert(channel instanceof Channel);
    channel.release();
    return channel;
  }

  async close(): Promise<void> {
    await this.recorder.stop();
    this.#library.close();
    assert(!this.logs.some((line) => line.includes("failed")), this.logs.join("; "));
  }
}
