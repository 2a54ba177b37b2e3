import { assertEquals } from "@std/assert";
import {
  AUDIO_PID,
  byDecodeTime,
  getPcrs,
  getUnitRange,
  getWholePesRange,
  type TsTrack,
  VIDEO_PID,
} from "../../lib/hls/ts_muxer.ts";
import type { Pes } from "../../lib/mpegts/pes.ts";

const packets = (...times: number[]) => times.map((dts) => ({ dts }) as Pes);

const orders: [what: string, tracks: Pes[][], order: [track: number, index: number][]][] = [
  ["one track", [packets(1, 2)], [[0, 0], [0, 1]]],
  ["two tracks", [packets(1, 5), packets(2, 3)], [[0, 0], [1, 0], [1, 1], [0, 1]]],
  ["equal times: the first track first", [packets(1), packets(1)], [[0, 0], [1, 0]]],
  ["an empty track", [packets(1), []], [[0, 0]]],
];

for (const [what, tracks, order] of orders) {
  Deno.test(`byDecodeTime() orders ${what}`, () => {
    assertEquals([...byDecodeTime(tracks)], order);
  });
}

Deno.test("getUnitRange() returns the units of PES packets", () => {
  const track = { pesEnds: [3, 5, 9] } as unknown as TsTrack;
  assertEquals(getWholePesRange(track), { first: 0, end: 3 });
  assertEquals(getUnitRange(track, { first: 0, end: 3 }), { first: 0, end: 9 });
  assertEquals(getUnitRange(track, { first: 1, end: 2 }), { first: 3, end: 5 });
  assertEquals(getUnitRange(track, { first: 0, end: 0 }), { first: 0, end: 0 });
});

Deno.test("getPcrs() returns PCRs between units of video only", () => {
  const units = [{ dts: 900_000, nextDts: 990_000 }];
  const track = (pid: number) => ({ pid, units }) as unknown as TsTrack;
  assertEquals(getPcrs(track(VIDEO_PID), 0).length, 11);
  assertEquals(getPcrs(track(AUDIO_PID), 0), []);
});
