import { assertEquals, assertThrows } from "@std/assert";
import { findCodec } from "../../lib/codecs/mod.ts";
import { MediaError } from "../../lib/errors.ts";
import { assertDeclared, layOut } from "./declared.ts";
import { entry } from "./entry.ts";

const FIELDS = { channels: 2, sampleRate: 48000 };

const streams: [what: string, type: string, boxes: Record<string, string>, channels: number, {
  layout?: number;
}][] = [
  ["integers of 16 bits", "ipcm", { pcmC: "00000000 01 10" }, 2, { layout: 2 }],
  ["integers of 24 bits, big-endian", "ipcm", { pcmC: "00000000 00 18" }, 1, { layout: 1 }],
  ["floats of 64 bits", "fpcm", { pcmC: "00000000 01 40" }, 2, { layout: 2 }],
  ["6 channels without a layout", "ipcm", { pcmC: "00000000 01 10" }, 6, {}],
  [
    "a defined layout",
    "fpcm",
    { pcmC: "00000000 00 20", chnl: "00000000 01 06 0000000000000000" },
    6,
    { layout: 6 },
  ],
  [
    "a defined layout in version 1",
    "ipcm",
    { pcmC: "00000000 00 10", chnl: "01000000 10 06 06 00" },
    6,
    { layout: 6 },
  ],
  [
    "explicit speakers",
    "ipcm",
    { pcmC: "00000000 00 10", chnl: "00000000 01 00 00 01 02" },
    3,
    {},
  ],
  ["objects", "ipcm", { pcmC: "00000000 00 10", chnl: "00000000 02 04" }, 4, {}],
];

for (const [what, type, boxes, channels, { layout }] of streams) {
  Deno.test(`pcm describes ${what}`, () => {
    const one = entry(type, boxes, { ...FIELDS, channels });
    const description = findCodec(one)!.describe(one);
    assertEquals(description, {
      type: "audio",
      codec: type,
      sampleRate: 48000,
      ...layOut(channels, layout),
    });
    assertDeclared(one, description);
  });
}

const PCMC = "00000000 00 10";

const broken: [what: string, of: ReturnType<typeof entry>, message: string][] = [
  ["no pcmC", entry("ipcm", {}, FIELDS), "ipcm: Cannot describe ipcm without pcmC"],
  ["version 1", entry("ipcm", { pcmC: "01000000 00 10" }, FIELDS), "pcmC: Cannot read version 1"],
  [
    "integers of 20 bits",
    entry("ipcm", { pcmC: "00000000 00 14" }, FIELDS),
    "ipcm/pcmC: Cannot read PCM_sample_size 20, expected 16 or 24 or 32",
  ],
  [
    "floats of 16 bits",
    entry("fpcm", { pcmC: PCMC }, FIELDS),
    "fpcm/pcmC: Cannot read PCM_sample_size 16, expected 32 or 64",
  ],
  [
    "no channels",
    entry("ipcm", { pcmC: PCMC }, { sampleRate: 48000 }),
    "Cannot describe ipcm: it does not declare channels",
  ],
  [
    "no rate",
    entry("ipcm", { pcmC: PCMC }, { channels: 2 }),
    "Cannot describe ipcm: it does not declare a sample rate",
  ],
  [
    "a chnl of version 2",
    entry("ipcm", { pcmC: PCMC, chnl: "02000000 00" }, FIELDS),
    "ipcm/chnl: Cannot read version 2",
  ],
];

for (const [what, of, message] of broken) {
  Deno.test(`pcm rejects ${what}`, () => {
    assertThrows(() => findCodec(of)!.describe(of), MediaError, message);
  });
}
