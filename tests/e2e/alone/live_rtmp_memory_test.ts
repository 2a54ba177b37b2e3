/** Clients of RTMP whose messages never end hold no more memory than --ingest-memory allows, idle ones are closed, and others go on. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { eventually } from "../../eventually.ts";
import { readSource } from "../../live/rtmp/media_source.ts";
import { sequenceHeader } from "../../live/rtmp/pushed_tags.ts";
import { MESSAGE, RtmpEncoder } from "../../live/rtmp/rtmp_encoder.ts";
import { concat } from "../../mp4/movie_file.ts";
import { readPackets } from "../ffmpeg.ts";
import { findIngest, LOOPBACK_CHANNEL, startLiveAms, writeChannel } from "../live_channel.ts";
import { pushFragmented } from "../live_push.ts";
import { encodeSource } from "../live_sources.ts";
import { watchResidentSize } from "../resident_size.ts";
import { createTemporaryDirectory } from "../temporary_directory.ts";

const PUBLISHERS = 100;

/** Half of them have sent a part of a handshake, the others all of it. */
const IDLE_CONNECTIONS = 150;

/** In MB. */
const INGEST_MEMORY = 128;
const MAX_OTHER_MEMORY = 200;

/** Less than a message of 2^24 bytes, and than all messages under way may have. */
const MESSAGE_BYTES = 15 * 2 ** 20;

const CHUNK_SIZE = 65_536;

/** Fragments that never end occupy the memory for 20 s, and are rejected one after the other. */
const MAX_STORED_MS = 90_000;

const [video] = await readSource("test-avc-baseline.mp4");

class HostileClient implements Disposable {
  readonly #connection: Deno.TcpConn;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  static async connect(port: number): Promise<HostileClient> {
    const client = new HostileClient(await Deno.connect({ hostname: "127.0.0.1", port }));
    client.#read();
    return client;
  }

  async send(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      done += await this.#connection.write(bytes.subarray(done));
    }
  }

  /** Sends two messages of video but for their last bytes, as fast as the server reads. */
  async sendUnfinished(channel: string): Promise<void> {
    const chunks = { chunkSize: CHUNK_SIZE };
    const encoder = new RtmpEncoder({ app: `live/${channel}`, name: "key", chunks });
    const header = encoder.media("video", 0, sequenceHeader(video!, "legacy")!);
    await this.send(concat(encoder.start(), header));
    const payload = new Uint8Array(MESSAGE_BYTES);
    const message = { type: MESSAGE.video, stream: 1, timestamp: 0, payload };
    for (const chunkStream of [6, 7]) {
      const parts = encoder.chunks.chunks({ ...message, chunkStream });
      for (const part of parts.slice(0, -1)) await this.send(part);
    }
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(4096);
    try {
      while (await this.#connection.read(buffer) !== null);
    } catch {
      // the test has closed the connection, or the server has
    }
  }
}

Deno.test("clients of RTMP hold no more than --ingest-memory, idle ones are closed, and others go on", async () => {
  using temporary = createTemporaryDirectory();
  const root = join(temporary.path, "root");
  const channels = Array.from({ length: PUBLISHERS }, (_, i) => `c${i}`);
  for (const channel of ["news", ...channels]) await writeChannel(root, channel, LOOPBACK_CHANNEL);
  const file = await encodeSource("open-gop", temporary.path);
  await using ams = await startLiveAms(root, "--ingest-memory", `${INGEST_MEMORY}M`);
  const ingest = await findIngest(ams);
  const { port } = new URL(ingest);
  using size = watchResidentSize(ams.pid);
  const idle = size.peak();
  using clients = new DisposableStack();
  const encoder = new RtmpEncoder();
  for (let i = 0; i < IDLE_CONNECTIONS; i++) {
    const client = clients.use(await HostileClient.connect(Number(port)));
    const handshake = encoder.handshake();
    await client.send(i % 2 === 0 ? handshake.subarray(0, 1000) : handshake);
  }
  for (const channel of channels) {
    const client = clients.use(await HostileClient.connect(Number(port)));
    client.sendUnfinished(channel).catch(() => {}); // the server closes the connection
  }
  await pushFragmented(file, `${ingest}/live/news.json/key/feed`).done;
  const countClosed = () => ams.log().split("RTMP took longer than 10 s").length - 1;
  await eventually(() => countClosed() === IDLE_CONNECTIONS, "idle connections are closed");
  const grown = size.peak() - idle;
  assert(grown > INGEST_MEMORY / 4, `${grown} MB: clients are not read`);
  assert(grown < INGEST_MEMORY + MAX_OTHER_MEMORY, `${grown} MB`);

  const stored = join(root, "live", "news.live", "00000001", "feed-video.mp4");
  const isOver = () => ams.log().includes("live/news.json: The broadcast is over");
  await eventually(isOver, "what was pushed is stored", MAX_STORED_MS);
  const readHashes = async (path: string) => (await readPackets(path, "v:0")).map(({ md5 }) => md5);
  assertEquals(await readHashes(stored), await readHashes(file));
});
