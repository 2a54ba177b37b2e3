import { assertEquals } from "@std/assert";
import { readMovie } from "../../lib/mp4/read_movie.ts";
import { readTestdata } from "../test_files.ts";
import { concat, memorySource, type Part } from "./movie_file.ts";

const PLAIN = readTestdata("frag-avc-plain.mp4");
const OTHER = readTestdata("frag-avc-negativects.mp4");
const PROGRESSIVE = readTestdata("test-avc-frontmoov.mp4");
const MOOV_LAST = readTestdata("test-avc-scenecuts.mp4");

/** The boxes of a file: [type, bytes]. */
function split(file: Uint8Array): [type: string, bytes: Uint8Array][] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const boxes: [string, Uint8Array][] = [];
  for (let at = 0; at < file.length;) {
    const size = view.getUint32(at);
    const type = new TextDecoder().decode(file.subarray(at + 4, at + 8));
    boxes.push([type, file.subarray(at, at + size)]);
    at += size;
  }
  return boxes;
}

const boxes = split(PLAIN);
const init = boxes.slice(0, 2).map(([, bytes]) => bytes);
const rest = boxes.slice(2).map(([, bytes]) => bytes);

async function read(...parts: Part[]): Promise<[samples: number, warnings: string[]]> {
  const { tracks, warnings } = await readMovie(memorySource(concat(...parts)).source);
  return [tracks[0]!.samples.count, [...warnings]];
}

const warn = (byte: number) => [
  `The file is two movies, one after the other: only the first is played, to byte ${byte}; ` +
  "join them with `ffmpeg -f concat -i list.txt -c copy joined.mp4`, where list.txt names their files",
];

const TWO: [what: string, parts: Part[], samples: number][] = [
  ["a fragmented file twice", [PLAIN, PLAIN], 150],
  ["fragmented files with different moov boxes", [PLAIN, OTHER], 150],
  ["three files", [PLAIN, OTHER, PLAIN], 150],
  ["a fragmented file and a progressive one", [PLAIN, PROGRESSIVE], 150],
  ["a progressive file and a fragmented one", [PROGRESSIVE, PLAIN], 150],
  ["a progressive file twice", [PROGRESSIVE, PROGRESSIVE], 150],
  ["progressive files with moov last", [MOOV_LAST, PROGRESSIVE], 150],
];

for (const [what, parts, samples] of TWO) {
  Deno.test(`readMovie() reads the first part of ${what}, and warns`, async () => {
    assertEquals(await read(...parts), [samples, warn((parts[0] as Uint8Array).length)]);
  });
}

Deno.test("readMovie() reads the first part of a file joined by its bytes", async () => {
  const joined = readTestdata("frag-avc-joined.mp4");
  assertEquals(await read(joined), [150, warn(joined.length / 2)]);
});

Deno.test("readMovie() reads one movie whose init segment is repeated", async () => {
  const half = rest.length >> 1 & ~1;
  assertEquals(await read(init, rest.slice(0, half), init, rest.slice(half)), [150, []]);
});

Deno.test("readMovie() ignores a second copy of a progressive moov", async () => {
  const [, moov] = split(PROGRESSIVE).find(([type]) => type === "moov")!;
  assertEquals(await read(PROGRESSIVE, moov), [150, []]);
});
