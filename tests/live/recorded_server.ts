/** A recorder of channels in memory, in simulated time. */

import type { ArchiveLock, ChannelDirectory } from "../../lib/live/recording/channel_directory.ts";
import { createIngestCounts } from "../../lib/live/ingest_counts.ts";
import { IngestError, toIngestError } from "../../lib/live/ingest_error.ts";
import { Recorder, type RecorderOptions } from "../../lib/live/recorder.ts";
import { getStreamName } from "../../lib/live/http/publishing_url.ts";
import type { IngestBody } from "../../lib/live/http/request_body.ts";
import { MemoryFileSystem } from "../archive/memory_file_system.ts";
import { readSamples } from "../archive/recording.ts";
import { NOW } from "./channel.ts";
import { settle } from "./timer_clock.ts";

export const CHANNEL = "live/news.json";

export class MemoryChannels implements ChannelDirectory {
  readonly texts = new Map<string, string>();
  readonly archives = new Map<string, MemoryFileSystem>();
  readonly locks = new Map<string, symbol>();
  capacity = Infinity;
  /** Steps of a file system until the process is killed. */
  killAfter = Infinity;

  constructor(settings: object = {}) {
    this.write("news.json", settings);
  }

  write(path: string, settings: object): void {
    this.texts.set(path, JSON.stringify({ ams: 1, live: { publishers: "loopback", ...settings } }));
  }

  fingerprint(path: string): string | undefined {
    return this.texts.get(path);
  }

  read(path: string) {
    const text = this.texts.get(path)!;
    return { text, fingerprint: text };
  }

  listArchives(): string[] {
    return [...this.archives.keys()];
  }

  openArchive(path: string): MemoryFileSystem {
    const { capacity, killAfter } = this;
    const files = this.archives.get(path)?.restart({ capacity, killAfter }) ??
      new MemoryFileSystem({ capacity, killAfter });
    this.archives.set(path, files);
    return files;
  }

  tryLock(path: string): ArchiveLock | undefined {
    if (this.locks.has(path)) return undefined;
    const lock = Symbol();
    this.locks.set(path, lock);
    const { locks, archives } = this;
    return {
      get isValid() {
        return archives.has(path) && locks.get(path) === lock;
      },
      [Symbol.dispose]: () => void (locks.get(path) === lock && locks.delete(path)),
    };
  }
}

/** A request whose body the test sends. */
export class TestPublish {
  /** Status and code, once it is served. */
  result: string | undefined;
  /** It waits for another request. */
  isHeld = false;
  readonly stopping = new AbortController();
  readonly #pieces: Uint8Array[] = [];
  #ending: "open" | "whole" | "broken" = "open";
  #wake = () => {};

  get body(): IngestBody {
    const receive = () => this.#receive();
    const isWhole = () => this.#ending === "whole";
    return {
      get isWhole() {
        return isWhole();
      },
      [Symbol.asyncIterator]: receive,
    } as unknown as IngestBody;
  }

  /** Pieces that were not read. */
  get unread(): number {
    return this.#pieces.length;
  }

  async push(...pieces: Uint8Array[]): Promise<this> {
    this.#pieces.push(...pieces);
    this.#wake();
    await settle();
    return this;
  }

  async end(ending: "whole" | "broken" = "whole"): Promise<string | undefined> {
    this.#ending = ending;
    this.#wake();
    await settle();
    return this.result;
  }

  async *#receive(): AsyncGenerator<Uint8Array, void> {
    while (true) {
      const piece = this.#pieces.shift();
      if (piece) yield piece;
      else if (this.#ending === "broken") throw new IngestError("BODY_INCOMPLETE", "");
      else if (this.#ending === "whole") return;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}

export class RecordedServer {
  readonly recorder: Recorder;
  readonly counts = createIngestCounts();
  readonly logs: string[] = [];
  readonly removed: string[] = [];
  appended = 0;

  constructor(
    readonly channels: MemoryChannels,
    /** Seconds since the start. */
    public time = 0,
    options: Partial<RecorderOptions> = {},
  ) {
    this.recorder = new Recorder({
      directory: channels,
      path: "live",
      now: () => ({
        utc: Math.round((NOW + this.time) * 1e6),
        monotonic: Math.round(this.time * 1e6),
      }),
      counts: this.counts,
      log: ({ level, message }) => this.logs.push(`${level} ${message}`),
      onAppended: () => this.appended++,
      onRemoved: (file) => this.removed.push(file),
      buildInit: ({ live: { type } }) => new TextEncoder().encode(`init of ${type}`),
      ...options,
    });
  }

  async wait(seconds: number): Promise<void> {
    for (const end = this.time + seconds; this.time < end - 1e-9;) {
      this.time += Math.min(0.25, end - this.time);
      this.recorder.tick();
      await settle();
    }
  }

  /** A request for a path behind the key. */
  put(path: string, options: { channel?: string; publisher?: string } = {}): TestPublish {
    return this.publish(getStreamName(path.split("/")), { path, ...options });
  }

  publish(
    stream = "feed",
    { channel = CHANNEL, publisher = "main", path = stream } = {},
  ): TestPublish {
    const publish = new TestPublish();
    const request = {
      publication: { channel, publisher, stream, path },
      stopping: publish.stopping.signal,
      body: publish.body,
      onHeld: (isHeld: boolean) => publish.isHeld = isHeld,
    };
    this.recorder.publish(request as never).then(
      ({ status }) => publish.result = `${status}`,
      (error) => {
        const { status, code } = toIngestError(error);
        publish.result = `${status} ${code}`;
      },
    );
    return publish;
  }

  /** Text of the samples of a rendition, in the order of the archive. */
  listNamed(name: string, path = "news.json"): string[] {
    const files = this.channels.archives.get(path)!;
    return readSamples(files, (track) => track.name === name).flatMap((line) =>
      new TextDecoder().decode(Uint8Array.fromHex(line.split(" ")[1]!)).match(/[va]\d+\.\d+/g) ?? []
    );
  }

  /** Text of the samples of a track, in the order of the archive. */
  listStored(track: number, path = "news.json"): string[] {
    return readSamples(this.channels.archives.get(path)!).flatMap((line) => {
      const [, index, hex] = /^\d+\/(\d+)@\d+ (.*)$/.exec(line)!;
      if (Number(index) !== track) return [];
      return new TextDecoder().decode(Uint8Array.fromHex(hex!)).match(/[va]\d+\.\d+/g) ?? [];
    });
  }
}
