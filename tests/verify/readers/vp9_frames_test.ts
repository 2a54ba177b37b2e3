import { assertEquals } from "@std/assert";
import { Vp9FrameMeter } from "../../../lib/verify/readers/vp9_frames.ts";
import { bytesOf } from "../../codecs/entry.ts";
import {
  COMPRESSED,
  frame,
  INTER,
  keyFrame,
  MOTION,
  ONE_TILE,
  PLAIN,
  SAME_SIZE,
  size,
  VP9_FRAME_HEADERS,
} from "../../codecs/vp9_frame_headers.ts";

for (const [what, header] of VP9_FRAME_HEADERS) {
  Deno.test(`Vp9FrameMeter measures the header of ${what}`, () => {
    const meter = new Vp9FrameMeter();
    meter.measure(frame(keyFrame));
    assertEquals(meter.measure(frame(header)), Math.ceil(header.length / 8));
  });
}

Deno.test("Vp9FrameMeter remembers the widths of refreshed slots", () => {
  const meter = new Vp9FrameMeter();
  meter.measure(frame(keyFrame));
  meter.measure(frame(INTER + "000" + size(1024) + MOTION + PLAIN + "0" + ONE_TILE + COMPRESSED));
  const wide = INTER + SAME_SIZE + MOTION + PLAIN + "0" + ONE_TILE + COMPRESSED;
  const narrow = INTER + "01" + "0" + MOTION + PLAIN + ONE_TILE + COMPRESSED;
  for (const header of [wide, narrow]) {
    assertEquals(meter.measure(frame(header)), Math.ceil(header.length / 8));
  }
});

Deno.test("Vp9FrameMeter does not know frames that are shown again, or have the size of an absent one", () => {
  const meter = new Vp9FrameMeter();
  assertEquals(meter.measure(bytesOf("10" + "00" + "1" + "000")), undefined);
  const inter = INTER + SAME_SIZE + MOTION + PLAIN + ONE_TILE + COMPRESSED;
  assertEquals(meter.measure(frame(inter)), undefined);
});
