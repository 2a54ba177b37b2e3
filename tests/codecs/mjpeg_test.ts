import { assertEquals, assertThrows } from "@std/assert";
import { mjpeg } from "../../lib/codecs/mjpeg.ts";
import { MediaError } from "../../lib/errors.ts";
import { entry, esds } from "./entry.ts";

for (const [type, boxes] of [["jpeg", {}], ["mp4v", { esds: esds("6c") }]] as const) {
  Deno.test(`mjpeg describes ${type} as images`, () => {
    const description = mjpeg.describe(entry(type, boxes, { width: 160, height: 90 }));
    assertEquals(description, { type: "image", codec: "jpeg", width: 160, height: 90 });
  });
}

Deno.test("mjpeg rejects a size of 0", () => {
  assertThrows(() => mjpeg.describe(entry("jpeg", {})), MediaError, "0 × 0 pixels");
});
