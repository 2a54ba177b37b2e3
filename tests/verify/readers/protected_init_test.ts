import { assertEquals } from "@std/assert";
import { readProtectedInit } from "../../../lib/verify/readers/protected_init.ts";
import { hex } from "../../codecs/entry.ts";

const KID = "00112233445566778899aabbccddeeff";
const IV = "0f0e0d0c0b0a09080706050403020100";

/** A box of hexadecimal digits. */
function box(type: string, ...parts: readonly string[]): string {
  const body = parts.join("").replaceAll(/\s/g, "");
  const size = (8 + body.length / 2).toString(16).padStart(8, "0");
  return size + new TextEncoder().encode(type).toHex() + body;
}

const text = (value: string) => new TextEncoder().encode(value).toHex();

const VISUAL = "00".repeat(78);
const AUDIO = "00".repeat(28);
const AVCC = box("avcC", "0164");
const PSSH = box("pssh", "01000000 1077efecc0b24d02ace33c1e52e2fb4b 00000001", KID, "00000000");

function sinf(format: string, scheme: string, tenc: string): string {
  return box(
    "sinf",
    box("frma", text(format)),
    box("schm", "00000000", text(scheme), "00010000"),
    box("schi", box("tenc", tenc)),
  );
}

function init(entry: string, more = ""): string {
  const stsd = box("stsd", "00000000 00000001", entry);
  const stbl = box("stbl", stsd, box("stts", "00000000 00000000"));
  const trak = box("trak", box("mdia", box("minf", stbl)));
  return box("ftyp", text("cmfc")) + box("moov", trak, more);
}

Deno.test("readProtectedInit() returns the clear init segment, and what protected it", () => {
  const tenc = `00000000 00 00 01 08 ${KID}`;
  const entry = box("encv", VISUAL, AVCC, sinf("avc1", "cenc", tenc));
  const read = readProtectedInit(hex(init(entry, PSSH)));
  assertEquals(read.clear.toHex(), init(box("avc1", VISUAL, AVCC)));
  assertEquals(read.moovTypes, ["trak", "pssh"]);
  assertEquals(read.pssh.map(({ kids }) => kids), [[KID]]);
  assertEquals(read.entries, [{
    type: "encv",
    boxTypes: ["avcC", "sinf"],
    sinfTypes: ["frma", "schm", "schi"],
    format: "avc1",
    scheme: { type: "cenc", flags: 0, version: 0x00010000 },
    tenc: {
      version: 0,
      isProtected: 1,
      ivSize: 8,
      kid: KID,
      constantIv: hex(""),
      crypt: 0,
      skip: 0,
    },
  }]);
});

Deno.test("readProtectedInit() reads a pattern and a constant IV", () => {
  const tenc = `01000000 00 19 01 00 ${KID} 10 ${IV}`;
  const { entries } = readProtectedInit(
    hex(init(box("enca", AUDIO, sinf("mp4a", "cbcs", tenc)))),
  );
  const { version, crypt, skip, constantIv } = entries[0]!.tenc!;
  assertEquals([version, crypt, skip, constantIv.toHex()], [1, 1, 9, IV]);
});

Deno.test("readProtectedInit() leaves a clear init segment as it is", () => {
  const clear = init(box("avc1", VISUAL, AVCC));
  const read = readProtectedInit(hex(clear));
  assertEquals([read.clear.toHex(), read.entries, read.pssh], [clear, [undefined], []]);
});

Deno.test("readProtectedInit() reads entries whose protection is missing or truncated", () => {
  const entries = [
    box("encv", VISUAL, AVCC),
    box("encv", VISUAL, box("sinf", box("schm", "0000"))),
    box("enca", AUDIO, box("sinf", box("schi", box("tenc", "00")))),
  ];
  for (const entry of entries) {
    const [read] = readProtectedInit(hex(init(entry))).entries;
    assertEquals([read!.format, read!.scheme, read!.tenc], ["", undefined, undefined]);
  }
});
