import { assertEquals } from "@std/assert";
import { esds, readEsds } from "../../lib/codecs/esds.ts";
import { entry, esds as esdsBody } from "./entry.ts";

Deno.test("esds() writes what readEsds() reads", () => {
  const bytes = esds(0x6B);
  assertEquals(new DataView(bytes.buffer).getUint32(0), bytes.length);
  const body = bytes.subarray(8).toHex();
  assertEquals(readEsds(entry("mp4a", { esds: body })), { objectType: 0x6B });
});

Deno.test("readEsds() reads object type and DecoderSpecificInfo", () => {
  const { objectType, decoderSpecificInfo } = readEsds(
    entry("mp4a", { esds: esdsBody("40", "1190") }),
  );
  assertEquals([objectType, decoderSpecificInfo?.toHex()], [0x40, "1190"]);
});
