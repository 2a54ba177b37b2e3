/** Publishers whose fragments never end hold no more memory than --ingest-memory allows, and others go on. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Encoder } from "../../live/encoder.ts";
import { box, fullBox, u32, u64 } from "../../mp4/movie_file.ts";
import { readPackets } from "../ffmpeg.ts";
import { findIngest, LOOPBACK_CHANNEL, startLiveAms, writeChannel } from "../live_channel.ts";
import { pushFragmented } from "../live_push.ts";
import { encodeSource } from "../live_sources.ts";
import { watchResidentSize } from "../resident_size.ts";
import { createTemporaryDirectory } from "../temporary_directory.ts";

const PUBLISHERS = 100;

/** In MB. */
const INGEST_MEMORY = 128;
const MAX_OTHER_MEMORY = 200;

const FRAGMENT_BYTES = 60 * 2 ** 20;

/** The start of a fragment with one sample of video, without its data. */
function buildFragmentStart(): Uint8Array[] {
  const run = fullBox("trun", 0, 0x301, u32(1, 0, 512, FRAGMENT_BYTES));
  const traf = box(
    "traf",
    fullBox("tfhd", 0, 0x20000, u32(1)),
    fullBox("tfdt", 1, 0, u64(0)),
    run,
  );
  const moof = box("moof", fullBox("mfhd", 0, 0, u32(1)), traf);
  new DataView(moof.buffer).setUint32(moof.length - 12, moof.length + 8); // data_offset, before duration and size
  return [moof, u32(FRAGMENT_BYTES + 8), new TextEncoder().encode("mdat")];
}

/** Sends a fragment but for its last byte, as fast as the server reads, until disposed. */
async function sendUnfinished(port: number, channel: string): Promise<Disposable> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const header = `POST /live/${channel}.json/key/feed HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
    `Content-Length: ${2 * FRAGMENT_BYTES}\r\n\r\n`;
  const { init } = new Encoder({ tracks: ["video"] });
  const data = new Uint8Array(2 ** 16);
  const send = async () => {
    for (const part of [new TextEncoder().encode(header), init, ...buildFragmentStart()]) {
      await writeAll(connection, part);
    }
    for (let sent = 0; sent + data.length < FRAGMENT_BYTES; sent += data.length) {
      await writeAll(connection, data);
    }
  };
  send().catch(() => {}); // the server closes the connection
  return { [Symbol.dispose]: () => connection.close() };
}

async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await connection.write(bytes.subarray(done));
}

Deno.test("publishers of unfinished fragments hold no more than --ingest-memory", async () => {
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
  using connections = new DisposableStack();
  for (const channel of channels) {
    connections.use(await sendUnfinished(Number(port), channel));
  }
  await pushFragmented(file, `${ingest}/live/news.json/key/feed`).done;
  const grown = size.peak() - idle;
  assert(grown > INGEST_MEMORY / 4, `${grown} MB: publishers are not read`);
  assert(grown < INGEST_MEMORY + MAX_OTHER_MEMORY, `${grown} MB`);

  const stored = join(root, "live", "news.live", "00000001", "feed-video.mp4");
  const source = await readPackets(file, "v:0");
  assertEquals(
    (await readPackets(stored, "v:0")).map(({ md5 }) => md5),
    source.map(({ md5 }) => md5),
  );
});
