/** Clients that do not read stay within the memory of a worker. */

import { assert } from "@std/assert";
import { join } from "@std/path";
import { LONG_VIDEO } from "../../long_movie.ts";
import { syntheticMovie } from "../../robustness/synthetic_movie.ts";
import { startAms } from "../ams.ts";
import { watchResidentSize } from "../resident_size.ts";
import { stall, stallHttp2, TLS_FLAGS } from "../stalled_clients.ts";

const MEGABYTE = 2 ** 20;

/** Some 100 MB are those of ams without clients. */
const MAX_MB = 500;

/** Until ams has read and sent what it can. */
const SETTLE_MS = 1500;

type Stall = (url: string, path: string) => Promise<Deno.Conn>;

const http2: Stall = (url, path) => stallHttp2(url, path, 100);

const cases: [name: string, path: string, count: number, stall: Stall, flags: string[]][] = [
  ["4 HTTP/2 connections", "/large.bin", 4, http2, []],
  ["8 HTTP/2 connections with segments", "/small.bin", 8, http2, []],
  ["240 connections", "/large.bin", 240, stall, []],
  ["240 connections over TLS", "/large.bin", 240, stall, TLS_FLAGS],
  ["2 HTTP/2 connections with a large playlist", "/long.json/video.m3u8", 2, http2, []],
];

for (const [name, path, count, stall, flags] of cases) {
  Deno.test(`ams bounds the memory of stalled clients: ${name}`, async () => {
    const root = await Deno.realPath(await Deno.makeTempDir());
    try {
      await writeFiles(root);
      await using ams = await startAms(root, "--workers", "1", "--grace", "0", ...flags);
      using size = watchResidentSize(ams.pid);
      const clients: Deno.Conn[] = [];
      try {
        for (let i = 0; i < count; i++) clients.push(await stall(ams.url, path));
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      } finally {
        for (const client of clients) client.close();
      }
      assert(size.peak() < MAX_MB, `${size.peak()} MB`);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  });
}

/** `long.json/video.m3u8` has 3 MB. */
async function writeFiles(root: string): Promise<void> {
  await Deno.writeFile(join(root, "large.bin"), new Uint8Array(8 * MEGABYTE));
  await Deno.writeFile(join(root, "small.bin"), new Uint8Array(MEGABYTE));
  const { count } = LONG_VIDEO.sizes as { count: number };
  const syncs = Array.from({ length: Math.floor(count / 15) }, (_, i) => 1 + 15 * i);
  await Deno.writeFile(join(root, "long.mp4"), syntheticMovie([{ ...LONG_VIDEO, syncs }], count));
  const track = { file: "long.mp4", track: 1, type: "video", language: "und", name: "video" };
  const pack = { ams: 1, segmentDuration: 0.5, tracks: [track] };
  await Deno.writeTextFile(join(root, "long.json"), JSON.stringify(pack));
}
