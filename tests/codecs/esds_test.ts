import { assertEquals } from "@std/assert";
import { buildEsds, clearEsId, readEsds } from "../../lib/codecs/esds.ts";
import { entry, esds as esdsBody, hex } from "./entry.ts";

const CONFIGS = ["", "1190", "00".repeat(127), "00".repeat(128), "00".repeat(20000)];

for (const config of CONFIGS) {
  Deno.test(`buildEsds() writes what readEsds() reads: ${config.length / 2} bytes of configuration`, () => {
    const streamInfo = hex("15 000300 0001f400 0001f3ff");
    const info = {
      objectType: 0x40,
      streamInfo,
      ...config && { decoderSpecificInfo: hex(config) },
    };
    assertEquals(readEsds(entry("mp4a", { esds: buildEsds(info).toHex() })), info);
  });
}

Deno.test("buildEsds() writes ES_ID 0 and unknown bitrates", () => {
  assertEquals(
    buildEsds({ objectType: 0x6B }).toHex(),
    hex("00000000 03 15 0000 00 04 0d 6b 15 000000 00000000 00000000 06 01 02").toHex(),
  );
});

for (const size of ["15", "808015", "80808015"]) {
  Deno.test(`clearEsId() sets ES_ID to 0 after a size of ${size}`, () => {
    const build = (esId: string) => hex(`00000000 03 ${size} ${esId} 1f ${"ab".repeat(18)}`);
    const body = build("0102");
    assertEquals(clearEsId(body), build("0000"));
    assertEquals(body, build("0102"));
  });
}

Deno.test("readEsds() reads object type and DecoderSpecificInfo", () => {
  const { objectType, decoderSpecificInfo } = readEsds(
    entry("mp4a", { esds: esdsBody("40", "1190") }),
  );
  assertEquals([objectType, decoderSpecificInfo?.toHex()], [0x40, "1190"]);
});
