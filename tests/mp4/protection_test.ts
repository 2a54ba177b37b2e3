import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import {
  protectEntry,
  readSinf,
  readTenc,
  sinf,
  tenc,
  type TrackEncryption,
} from "../../lib/mp4/protection.ts";
import { readStsd } from "../../lib/mp4/sample_entry.ts";
import { hex } from "../codecs/entry.ts";
import { ascii, box, concat, fullBox, type Part, u32, u64 } from "./movie_file.ts";

const KID = "a56ce54c0cc387e6847040368011fbf6";
const IV = "d478259eb723c8ffb5a2cda72872cdcc";

const CENC: TrackEncryption = { kid: hex(KID), ivSize: 8 };
const CBCS: TrackEncryption = {
  kid: hex(KID),
  ivSize: 0,
  constantIv: hex(IV),
  pattern: { crypt: 1, skip: 9 },
};
const CBCS_AUDIO: TrackEncryption = { ...CBCS, pattern: { crypt: 0, skip: 0 } };

const body = (bytes: Uint8Array) => new ByteReader(bytes.subarray(8));

function write(box: (w: ByteWriter) => void): Uint8Array {
  const w = new ByteWriter(16);
  box(w);
  return w.finish();
}

const TENC: [what: string, TrackEncryption, box: string][] = [
  ["cenc", CENC, `00000020 74656e63 00000000 00 00 01 08 ${KID}`],
  ["cbcs video", CBCS, `00000031 74656e63 01000000 00 19 01 00 ${KID} 10 ${IV}`],
  ["cbcs audio", CBCS_AUDIO, `00000031 74656e63 01000000 00 00 01 00 ${KID} 10 ${IV}`],
];

for (const [what, encryption, expected] of TENC) {
  Deno.test(`tenc() writes what readTenc() reads: ${what}`, () => {
    const bytes = write((w) => tenc(w, encryption));
    assertEquals(bytes.toHex(), hex(expected).toHex());
    assertEquals(readTenc(body(bytes)), encryption);
  });
}

Deno.test("readTenc() finds a track whose samples are clear by default", () => {
  assertEquals(readTenc(new ByteReader(hex(`00000000 00 00 00 00 ${KID}`))), undefined);
});

const INVALID_TENC: [what: string, body: string, message: string][] = [
  ["version 2", "02000000", "Cannot read version 2"],
  ["an IV of 7 bytes", `00000000 00 00 01 07 ${KID}`, "Cannot read an IV of 7 bytes"],
  ["a constant IV of 4 bytes", `01000000 00 19 01 00 ${KID} 04 00000000`, "an IV of 4 bytes"],
  ["a truncated constant IV", `01000000 00 19 01 00 ${KID} 10 00000000`, "Cannot read 16 bytes"],
];

for (const [what, bytes, message] of INVALID_TENC) {
  Deno.test(`readTenc() rejects ${what}`, () => {
    assertThrows(() => readTenc(new ByteReader(hex(bytes))), MediaError, message);
  });
}

Deno.test("sinf() writes what readSinf() reads", () => {
  const contents = { format: "avc1", scheme: "cenc", encryption: CENC };
  const bytes = write((w) => sinf(w, contents));
  const expected = `00000050 73696e66  0000000c 66726d61 61766331
    00000014 7363686d 00000000 63656e63 00010000
    00000028 73636869 00000020 74656e63 00000000 00000108 ${KID}`;
  assertEquals(bytes.toHex(), hex(expected).toHex());
  assertEquals(readSinf(body(bytes)), contents);
});

Deno.test("readSinf() reads another scheme", () => {
  const bytes = concat(
    box("frma", ascii("mp4a")),
    fullBox("schm", 0, 0, ascii("itun"), u32(0)),
    box("schi", box("user", u32(1))),
  );
  assertEquals(readSinf(new ByteReader(bytes)), { format: "mp4a", scheme: "itun" });
});

Deno.test("readSinf() rejects a sinf without the clear format", () => {
  const bytes = fullBox("schm", 0, 0, ascii("cenc"), u32(0x10000));
  assertThrows(() => readSinf(new ByteReader(bytes)), MediaError, "Cannot find a frma box");
});

const VISUAL_FIELDS = Uint8Array.from({ length: 78 }, (_, i) => i);
const AUDIO_FIELDS = Uint8Array.from({ length: 28 }, (_, i) => i < 8 ? i : 0);
const AVCC = box("avcC", u32(1, 2, 3));
const BTRT = box("btrt", u32(4, 5, 6));

const ENTRIES: [what: string, entry: Uint8Array, type: "encv" | "enca", contents: Part[]][] = [
  ["video", box("avc1", VISUAL_FIELDS, AVCC, BTRT), "encv", [VISUAL_FIELDS, AVCC, BTRT]],
  ["audio", box("mp4a", AUDIO_FIELDS, BTRT), "enca", [AUDIO_FIELDS, BTRT]],
  ["an entry without boxes", box("mp4a", AUDIO_FIELDS), "enca", [AUDIO_FIELDS]],
  [
    "a size of 64 bits",
    concat(u32(1), ascii("avc1"), u64(16 + 78 + AVCC.length), VISUAL_FIELDS, AVCC),
    "encv",
    [VISUAL_FIELDS, AVCC],
  ],
  [
    "a child that extends to the end",
    box("avc1", VISUAL_FIELDS, u32(0), AVCC.subarray(4)),
    "encv",
    [VISUAL_FIELDS, AVCC],
  ],
  [
    "a QuickTime terminator of 32 bits",
    box("avc1", VISUAL_FIELDS, AVCC, u32(0)),
    "encv",
    [VISUAL_FIELDS, AVCC],
  ],
  ["a QuickTime terminator", box("avc1", VISUAL_FIELDS, AVCC, u32(0, 0)), "encv", [
    VISUAL_FIELDS,
    AVCC,
  ]],
];

for (const [what, entry, type, contents] of ENTRIES) {
  Deno.test(`protectEntry() appends sinf to the fields and boxes of the entry: ${what}`, () => {
    const isVideo = type === "encv";
    const format = isVideo ? "avc1" : "mp4a";
    const encryption = isVideo ? CBCS : CBCS_AUDIO;
    const bytes = protectEntry(entry, { type, scheme: "cbcs", encryption });
    const info = write((w) => sinf(w, { format, scheme: "cbcs", encryption }));
    assertEquals(bytes.toHex(), box(type, ...contents, info).toHex());
    const stsd = new ByteReader(concat(u32(0, 1), bytes));
    const [read] = readStsd(stsd, isVideo ? "vide" : "soun");
    assertEquals(readSinf(new ByteReader(read!.boxes.get("sinf")!)), {
      format,
      scheme: "cbcs",
      encryption,
    });
  });
}

Deno.test("protectEntry() rejects an entry that is shorter than its fields", () => {
  const protect = () =>
    protectEntry(box("avc1", u32(0)), { type: "encv", scheme: "cenc", encryption: CENC });
  assertThrows(protect, MediaError, "Cannot read 78 bytes where 4 are left");
});
