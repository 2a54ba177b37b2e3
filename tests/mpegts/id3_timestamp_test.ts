import { assertEquals } from "@std/assert";
import { ID3_TIMESTAMP_SIZE, id3Timestamp } from "../../lib/mpegts/id3_timestamp.ts";
import { readId3Timestamp } from "../mpegts.ts";

for (const time of [0, 900_000, 2 ** 33 - 1, 2 ** 33 + 5]) {
  Deno.test(`id3Timestamp() writes 33 bits of ${time}`, () => {
    const tag = id3Timestamp(time);
    assertEquals(tag.length, ID3_TIMESTAMP_SIZE);
    const { time: found, rest } = readId3Timestamp(tag);
    assertEquals([found, rest.length], [time % 2 ** 33, 0]);
  });
}
