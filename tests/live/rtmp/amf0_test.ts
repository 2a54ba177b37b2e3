import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader } from "../../../lib/bytes.ts";
import { MediaError } from "../../../lib/errors.ts";
import { type AmfValue, EcmaArray, readAmf0, readAmf0Values } from "../../../lib/live/rtmp/amf0.ts";
import { hex } from "./hex.ts";
import { amf0 } from "./amf_values.ts";

const object = (members: Record<string, AmfValue>) => new Map(Object.entries(members));
const ecmaArray = (members: Record<string, AmfValue>) => new EcmaArray(Object.entries(members));

/** Byte vectors of pkg/amf0/data_test.go of github.com/bluenviron/gortmplib (MIT licence). */
const GORTMPLIB: [name: string, bytes: string, values: AmfValue[]][] = [
  [
    "all supported markers",
    `00 40a24c0000000000 0101 02 0008 6d79737472696e67 05
     03 0005 6d796b6579 02 0005 6d7976616c 0000 09 06
     08 00000001 0005 6d796b6579 02 0005 6d7976616c 0000 09
     0a 00000002 02 0006 72616e646f6d 00 4034000000000000`,
    [
      2342,
      true,
      "mystring",
      null,
      object({ mykey: "myval" }),
      undefined,
      ecmaArray({ mykey: "myval" }),
      ["random", 20],
    ],
  ],
  [
    "on metadata",
    `02 000d 4073657444617461 4672616d65 02 000a 6f6e4d65746144617461 08 0000000d
     0008 6475726174696f6e 00 0000000000000000
     0005 7769647468 00 4094000000000000
     0006 686569676874 00 4086800000000000
     000d 766964656f6461746172617465 00 0000000000000000
     0009 6672616d6572617465 00 404df853e2556b28
     000c 766964656f636f6465636964 00 401c000000000000
     000d 617564696f6461746172617465 00 4057589000000000
     000f 617564696f73616d706c6572617465 00 40e7700000000000
     000f 617564696f73616d706c6573697a65 00 4030000000000000
     0006 73746572656f 0101
     000c 617564696f636f6465636964 00 4024000000000000
     0007 656e636f646572 02 000d 4c61766635362e33362e313030
     0008 66696c6573697a65 00 0000000000000000 0000 09`,
    [
      "@setDataFrame",
      "onMetaData",
      ecmaArray({
        duration: 0,
        width: 1280,
        height: 720,
        videodatarate: 0,
        framerate: 59.94005994005994,
        videocodecid: 7,
        audiodatarate: 93.3837890625,
        audiosamplerate: 48000,
        audiosamplesize: 16,
        stereo: true,
        audiocodecid: 10,
        encoder: "Lavf56.36.100",
        filesize: 0,
      }),
    ],
  ],
  [
    "connect",
    `02 0007 636f6e6e656374 00 3ff0000000000000 03
     0003 617070 02 0002 6170
     0004 74797065 02 000a 6e6f6e70726976617465
     0008 666c617368566572 02 0024
     464d4c452f332e302028636f6d70617469626c653b204c61766635362e31352e31303229
     0005 746355726c 02 001c 72746d703a2f2f3139322e3136382e312e3233333a313933352f6170
     0000 09`,
    [
      "connect",
      1,
      object({
        app: "ap",
        type: "nonprivate",
        flashVer: "FMLE/3.0 (compatible; Lavf56.15.102)",
        tcUrl: "rtmp://192.168.1.233:1935/ap",
      }),
    ],
  ],
  [
    "play",
    "02 0004 706c6179 00 4008000000000000 05 02 0001 31 00 0000000000000000",
    ["play", 3, null, "1", 0],
  ],
];

for (const [name, bytes, values] of GORTMPLIB) {
  Deno.test(`readAmf0Values() and amf0() agree with gortmplib: ${name}`, () => {
    assertEquals(readAmf0Values(hex(bytes)), values);
    assertEquals(amf0(...values), hex(bytes));
  });
}

const VALUES: AmfValue[] = [
  0,
  -1.5,
  Infinity,
  false,
  "",
  "Grüße 🎥",
  "x".repeat(65535),
  "x".repeat(65536),
  new Date(1e12),
  [],
  [[], new Map(), null],
  object({}),
  object({ a: object({ b: ecmaArray({ c: [1] }) }), d: undefined }),
  ecmaArray({}),
];

for (const value of VALUES) {
  Deno.test(`readAmf0() reads what amf0() wrote: ${JSON.stringify(value)?.slice(0, 20)}`, () => {
    const r = new ByteReader(amf0(value, 7));
    assertEquals([readAmf0(r), readAmf0(r), r.left], [value, 7, 0]);
  });
}

Deno.test("amf0() writes dates in UTC, and long strings from 65536 bytes on", () => {
  assertEquals(amf0(new Date(2 ** 40)), hex("0b 4270000000000000 0000"));
  assertEquals(amf0("x".repeat(65535)).subarray(0, 4), hex("02 ffff 78"));
  assertEquals(amf0("x".repeat(65536)).subarray(0, 6), hex("0c 00010000 78"));
});

const ONLY_READ: [name: string, bytes: string, value: AmfValue][] = [
  ["a typed object", "10 0003 466f6f 0001 61 05 0000 09", object({ a: null })],
  ["what is not supported", "0d", undefined],
  ["an XML document", "0f 00000003 3c612f", "<a/"],
  ["a long string", "0c 00000001 61", "a"],
  ["a date with a time zone", "0b 4270000000000000 ffc4", new Date(2 ** 40)],
  ["an ECMA array with a wrong count", "08 ffffffff 0001 61 05 0000 09", ecmaArray({ a: null })],
  ["a member without a name", "03 0000 05 0000 09", object({ "": null })],
  ["a name twice", "03 0001 61 05 0001 61 0101 0000 09", object({ a: true })],
  ["a boolean that is not 1", "01 02", true],
  ["text that is not UTF-8", "02 0001 ff", "\ufffd"],
];

for (const [name, bytes, value] of ONLY_READ) {
  Deno.test(`readAmf0() reads ${name}`, () => {
    assertEquals(readAmf0Values(hex(bytes)), [value]);
  });
}

const nested = (depth: number) => "0a00000001".repeat(depth) + "05";

const WRONG: [bytes: string, message: string][] = [
  ["00 00", "Cannot read 8 bytes where 1 are left"],
  ["02 0005 61", "Cannot read 5 bytes where 1 are left"],
  ["0c ffffffff 61", "Cannot read 4294967295 bytes where 1 are left"],
  ["0a ffffffff 05", "Cannot read an AMF array of 4294967295 values in 1 bytes"],
  ["0a 00000002 05", "Cannot read an AMF array of 2 values in 1 bytes"],
  ["03 0001 61 05", "Cannot read 2 bytes where 0 are left"],
  ["03 0000", "Cannot read 1 bytes where 0 are left"],
  ["08 0000", "Cannot read 4 bytes where 2 are left"],
  ["07 0000", "Cannot read AMF of type 7"],
  ["11 01", "Cannot read AMF of type 17"],
  ["04", "Cannot read AMF of type 4"],
  ["09", "Cannot read AMF of type 9"],
  [nested(33), "Cannot read AMF nested over 32 deep"],
  [nested(100_000), "Cannot read AMF nested over 32 deep"],
  ["03 0001 61".repeat(100_000), "Cannot read AMF nested over 32 deep"],
];

for (const [bytes, message] of WRONG) {
  Deno.test(`readAmf0Values() rejects ${bytes.slice(0, 30)} of ${bytes.length}`, () => {
    assertThrows(() => readAmf0Values(hex(bytes)), MediaError, message);
  });
}

Deno.test("readAmf0() reads 32 levels", () => {
  let value = readAmf0Values(hex(nested(32)))[0];
  for (let i = 0; i < 32; i++) value = (value as AmfValue[])[0];
  assertEquals(value, null);
});
