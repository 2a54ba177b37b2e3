/** A listener, a recorder and what serves viewers, in memory and simulated time, for publishers over RTMP. */

import { assert, assertEquals } from "@std/assert";
import { IngestServer } from "../../../lib/live/listener.ts";
import { buildPeriodInit } from "../../../lib/live/recording/period_init.ts";
import { createApp } from "../../../lib/server/app.ts";
import { handle } from "../../../lib/server/handler.ts";
import { ArchiveStorage } from "../../library/archive_storage.ts";
import { type Period, readPeriods } from "../../mpd.ts";
import { MemoryListener } from "../memory_listener.ts";
import { CHANNEL, MemoryChannels, RecordedServer } from "../recorded_server.ts";
import { settle, TimerClock } from "../timer_clock.ts";
import { ByteConnection } from "./byte_connection.ts";
import { RtmpEncoder, type RtmpEncoderOptions, STREAM_KEY } from "./rtmp_encoder.ts";

const SETTINGS = { segmentDuration: 2, publishers: [{ name: "main", key: STREAM_KEY }] };

const APP_OPTIONS = { capacity: 2 ** 24, maxOpenFiles: 64, allowedOrigins: ["*"] };

/** Time between two pieces that a publisher sends, in seconds. */
const STEP = 0.25;

export class RtmpServer extends RecordedServer implements AsyncDisposable {
  readonly clock = new TimerClock();
  readonly ingest: IngestServer;
  readonly #storage = new ArchiveStorage();
  readonly #app;
  readonly #listener = new MemoryListener();
  readonly #listening: Promise<void>;

  /** @param settings of the channel file, beside those of all tests */
  constructor(settings: object = {}, channels = new MemoryChannels({ ...SETTINGS, ...settings })) {
    super(channels, 0, { buildInit: buildPeriodInit });
    const live = { ...SETTINGS, ...settings };
    this.#storage.files.set(CHANNEL, JSON.stringify({ ams: 1, live }));
    const services = { onMessage: () => {}, now: () => this.time * 1000 };
    this.#app = createApp(this.#storage, APP_OPTIONS, services);
    this.ingest = new IngestServer({
      findPublishers: (channel) => this.recorder.findPublishers(channel),
      publish: (request) => this.recorder.publish(request),
      counts: this.counts,
      log: ({ level, message }) => this.logs.push(`${level} ${message}`),
      clock: this.clock,
      nowMs: () => 1000 * this.time,
    });
    this.#listening = this.ingest.listen(this.#listener);
  }

  /** Opens a connection. Its other end is the test. */
  connect(hostname?: string): ByteConnection {
    const connection = new ByteConnection(hostname);
    this.#listener.connect(connection);
    return connection;
  }

  /** Publishes as far as the server's consent. */
  async publishRtmp(
    options: Partial<RtmpEncoderOptions> = {},
  ): Promise<{ encoder: RtmpEncoder; connection: ByteConnection }> {
    const encoder = new RtmpEncoder(options);
    const connection = this.connect();
    await connection.push(encoder.start());
    await this.wait(STEP);
    const { statuses } = connection;
    assertEquals(statuses.at(-1), "NetStream.Publish.Start", this.logs.join("; "));
    return { encoder, connection };
  }

  override async wait(seconds: number): Promise<void> {
    for (const end = this.time + seconds; this.time < end - 1e-9;) {
      const step = Math.min(STEP, end - this.time);
      await this.clock.advance(1000 * step);
      this.time += step;
      this.recorder.tick();
      await settle();
    }
  }

  /** Requests media or a manifest of the channel, by its URL or one relative to it. */
  async get(url: string): Promise<Uint8Array> {
    this.#storage.archive = this.channels.archives.get("news.json")!;
    this.time += 1; // what was listed before is out of date
    const rawPath = new URL(url, `http://ams/${CHANNEL}/`).pathname;
    const response = await handle({ method: "GET", rawPath, headers: new Headers() }, this.#app);
    const bytes = await response.bytes();
    assertEquals(response.status, 200, `${rawPath}: ${new TextDecoder().decode(bytes)}`);
    return bytes;
  }

  /** The periods that the MPD lists now. */
  async listPeriods(): Promise<Period[]> {
    const url = `http://ams/${CHANNEL}/.mpd`;
    return readPeriods(new TextDecoder().decode(await this.get(url)), url);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const stopping = this.ingest.stop(0);
    await this.clock.advance(2000);
    await stopping;
    await this.#listening;
    await this.recorder.stop();
    this.#app.library.close();
    assert(!this.logs.some((line) => line.includes("failed")), this.logs.join("; "));
  }
}
