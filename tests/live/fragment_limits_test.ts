import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { FragmentReader } from "../../lib/live/media/fragments.ts";
import type { PushedItem } from "../../lib/live/media/pushed_item.ts";
import { IngestError } from "../../lib/live/ingest_error.ts";
import { box, concat, fullBox, u32 } from "../mp4/movie_file.ts";
import { Encoder } from "./encoder.ts";

const { init } = new Encoder();

function createReader(): FragmentReader {
  const reader = new FragmentReader();
  reader.push(init);
  return reader;
}

function read(bytes: Uint8Array): PushedItem[] {
  return createReader().push(bytes);
}

/** A moof whose truns have one sample each, with the same media data. */
function buildOverlapping(truns: number, size: number, trafs = 1): Uint8Array {
  const build = (offset: number) => {
    const trun = fullBox("trun", 0, 0x201, u32(1, offset, size));
    const traf = box("traf", fullBox("tfhd", 0, 0x20000, u32(1)), ...Array(truns).fill(trun));
    return box("moof", ...Array(trafs).fill(traf));
  };
  const moof = build(build(0).length + 8);
  return concat(moof, box("mdat", new Uint8Array(size)));
}

Deno.test("FragmentReader.push() counts media data that several samples share", () => {
  const [item] = read(buildOverlapping(64, 2 ** 10));
  assertEquals(item?.kind === "fragment" && item.tracks[0]!.samples.data.length, 2 ** 16);
  const error = assertThrows(() => read(buildOverlapping(65, 2 ** 20)), IngestError, "68157440");
  assertEquals(error.status, 413);
});

Deno.test("FragmentReader.push() rejects more than 1000 trafs", () => {
  const bytes = buildOverlapping(1, 1, 1001);
  assertThrows(
    () => read(bytes),
    MediaError,
    "1001 traf boxes",
  );
});

Deno.test("FragmentReader.push() rejects fragments of more than four hours", () => {
  const build = (duration: number, trafs: number) => {
    const flags = 0x20000 + 0x8 + 0x10; // base is the moof; duration and size of samples
    const traf = box(
      "traf",
      fullBox("tfhd", 0, flags, u32(1, duration, 0)),
      fullBox("trun", 0, 1, u32(2, 100)),
    );
    return concat(box("moof", ...Array(trafs).fill(traf)), box("mdat", new Uint8Array(100)));
  };
  const hour = 3600 * 25 * 512;
  assertEquals(read(build(hour, 2)).length, 0); // samples of no bytes are left out
  assertThrows(() => read(build(hour, 3)), MediaError, "samples of 21600 s in one fragment");
});

Deno.test("FragmentReader.heldBytes counts the samples that a short moof declares", () => {
  const trun = fullBox("trun", 0, 1, u32(2 ** 16, 100));
  const traf = box("traf", fullBox("tfhd", 0, 0x20010, u32(1, 1)), trun);
  const reader = createReader();
  reader.push(box("moof", traf));
  assertEquals(reader.heldBytes >= 2 ** 20, true);
});
