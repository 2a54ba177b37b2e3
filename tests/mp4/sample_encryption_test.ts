import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import {
  computeEncryptionSize,
  hasAuxiliaryInformation,
  readSaio,
  readSaiz,
  readSenc,
  saio,
  saiz,
  type SampleEncryption,
  senc,
} from "../../lib/mp4/sample_encryption.ts";
import { hex } from "../codecs/entry.ts";
import { fullBox, u16, u32, u64, u8 } from "./movie_file.ts";

const body = (bytes: Uint8Array) => new ByteReader(bytes.subarray(8));

function write(box: (w: ByteWriter) => unknown): Uint8Array {
  const w = new ByteWriter(16);
  box(w);
  return w.finish();
}

const WHOLE: SampleEncryption = { ivSize: 8, ivs: hex("0000000000000001 0000000000000002") };

const SUBSAMPLES: SampleEncryption = {
  ...WHOLE,
  subsamples: [Uint32Array.of(5, 100), Uint32Array.of(65535, 0, 7, 2 ** 32 - 1)],
};

const CONSTANT_IV: SampleEncryption = {
  ivSize: 0,
  ivs: new Uint8Array(0),
  subsamples: [Uint32Array.of(5, 100), Uint32Array.of(6, 200)],
};

const BOXES: [what: string, SampleEncryption, senc: string, saiz: string][] = [
  [
    "whole samples",
    WHOLE,
    `00000020 73656e63 00000000 00000002  0000000000000001  0000000000000002`,
    `00000011 7361697a 00000000 08 00000002`,
  ],
  [
    "subsamples",
    SUBSAMPLES,
    `00000036 73656e63 00000002 00000002
      0000000000000001 0001 0005 00000064
      0000000000000002 0002 ffff 00000000 0007 ffffffff`,
    `00000013 7361697a 00000000 00 00000002  10 16`,
  ],
  [
    "a constant IV",
    CONSTANT_IV,
    `00000020 73656e63 00000002 00000002  0001 0005 00000064  0001 0006 000000c8`,
    `00000011 7361697a 00000000 08 00000002`,
  ],
];

for (const [what, encryption, sencBytes, saizBytes] of BOXES) {
  Deno.test(`senc() writes what readSenc() reads: ${what}`, () => {
    const bytes = write((w) => senc(w, encryption, 2));
    assertEquals(bytes.toHex(), hex(sencBytes).toHex());
    assertEquals(readSenc(body(bytes), encryption.ivSize), encryption);
  });

  Deno.test(`saiz() writes what readSaiz() reads: ${what}`, () => {
    const bytes = write((w) => saiz(w, encryption, 2));
    assertEquals(bytes.toHex(), hex(saizBytes).toHex());
    const { count, defaultSize, sizes } = readSaiz(body(bytes));
    assertEquals([count, defaultSize || sizes], [2, what === "subsamples" ? u8(16, 22) : 8]);
  });

  Deno.test(`computeEncryptionSize() counts senc, saiz and saio: ${what}`, () => {
    const bytes = write((w) => (senc(w, encryption, 2), saiz(w, encryption, 2), saio(w)));
    assertEquals(computeEncryptionSize(encryption, 2), bytes.length);
  });
}

Deno.test("senc() has only the count of whole samples with a constant IV", () => {
  const encryption: SampleEncryption = { ivSize: 0, ivs: new Uint8Array(0) };
  const bytes = write((w) => senc(w, encryption, 2));
  assertEquals(bytes.toHex(), hex("00000010 73656e63 00000000 00000002").toHex());
  assertEquals(computeEncryptionSize(encryption, 2), bytes.length);
  assertEquals([encryption, WHOLE, CONSTANT_IV].map(hasAuxiliaryInformation), [false, true, true]);
});

Deno.test("senc() returns the position of the first entry", () => {
  const w = new ByteWriter();
  w.skip(100);
  assertEquals(senc(w, WHOLE, 2), 116);
});

Deno.test("saio() returns the position of the offset that readSaio() reads", () => {
  const bytes = write((w) => w.patchU32(saio(w), 77));
  assertEquals(bytes.toHex(), hex("00000014 7361696f 00000000 00000001 0000004d").toHex());
  assertEquals(readSaio(body(bytes)), [77]);
});

Deno.test("readSaiz() and readSaio() skip the type of the auxiliary information", () => {
  const type = u32(0x63656e63, 0);
  const sizes = fullBox("saiz", 0, 1, type, u8(0), u32(2), u8(16, 22));
  assertEquals(readSaiz(body(sizes)), { count: 2, defaultSize: 0, sizes: u8(16, 22) });
  const offsets = fullBox("saio", 1, 1, type, u32(2), u64(2 ** 40, 7));
  assertEquals(readSaio(body(offsets)), [2 ** 40, 7]);
});

Deno.test("senc() rejects clear bytes beyond 16 bits", () => {
  const encryption = { ...CONSTANT_IV, subsamples: [Uint32Array.of(65536, 0)] };
  const message = "Cannot write 65536 clear bytes, expected at most 65535";
  assertThrows(() => write((w) => senc(w, encryption, 1)), MediaError, message);
});

const SIZES: [what: string, SampleEncryption, size: number][] = [
  ["none", { ivSize: 0, ivs: new Uint8Array(0) }, 0],
  ["too much", { ...CONSTANT_IV, subsamples: [new Uint32Array(2 * 43)] }, 260],
];

for (const [what, encryption, size] of SIZES) {
  Deno.test(`saiz() rejects a sample with ${what} auxiliary information`, () => {
    const message = `Cannot write ${size} bytes of auxiliary information`;
    assertThrows(() => write((w) => saiz(w, encryption, 1)), MediaError, message);
  });
}

const INVALID: [what: string, read: () => unknown, message: string][] = [
  [
    "a senc of more samples than bytes",
    () => readSenc(body(fullBox("senc", 0, 0, u32(2 ** 32 - 1, 0))), 8),
    "Cannot read 4294967295 entries where 4 bytes are left",
  ],
  [
    "a senc of more samples with a constant IV than bytes",
    () => readSenc(body(fullBox("senc", 0, 2, u32(2 ** 32 - 1, 0))), 0),
    "Cannot read 4294967295 entries where 4 bytes are left",
  ],
  [
    "more subsamples than bytes",
    () => readSenc(body(fullBox("senc", 0, 2, u32(1), u16(9), u32(0, 0))), 0),
    "Cannot read 54 bytes where 8 are left",
  ],
  ["a senc of version 1", () => readSenc(body(fullBox("senc", 1, 0)), 8), "Cannot read version 1"],
  [
    "a saiz of more samples than bytes",
    () => readSaiz(body(fullBox("saiz", 0, 0, u8(0), u32(2 ** 32 - 1), u8(1)))),
    "Cannot read 4294967295 bytes where 1 are left",
  ],
  [
    "a saio of more offsets than bytes",
    () => readSaio(body(fullBox("saio", 0, 0, u32(2 ** 32 - 1, 0)))),
    "Cannot read 4294967295 entries where 4 bytes are left",
  ],
];

for (const [what, read, message] of INVALID) {
  Deno.test(`sample_encryption.ts rejects ${what}`, () => {
    assertThrows(read, MediaError, message);
  });
}
