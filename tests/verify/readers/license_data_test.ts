import { assertEquals } from "@std/assert";
import {
  listPlayReadyKids,
  listWidevineKids,
  tryDecodeBase64,
} from "../../../lib/verify/readers/license_data.ts";
import { hex } from "../../codecs/entry.ts";

const KID = "00112233445566778899aabbccddeeff";
const GUID = hex("33221100554477668899aabbccddeeff").toBase64();

Deno.test("tryDecodeBase64() returns undefined for other text", () => {
  assertEquals([tryDecodeBase64("AQI="), tryDecodeBase64("A"), tryDecodeBase64("%")], [
    hex("0102"),
    undefined,
    undefined,
  ]);
});

const WIDEVINE: [what: string, data: string, kids: string[]][] = [
  ["a KID and a scheme", `12 10 ${KID} 48 e3dc959b06`, [KID]],
  ["a field before the KID", `08 01 12 10 ${KID}`, [KID]],
  ["two KIDs behind a provider", `1a 02 6162 12 10 ${KID} 12 10 ${KID}`, [KID, KID]],
  ["a KID of 8 bytes", "12 08 0011223344556677", []],
  ["no data", "", []],
  ["a field of another type", `0d 00000000 12 10 ${KID}`, []],
];

for (const [what, data, kids] of WIDEVINE) {
  Deno.test(`listWidevineKids() reads ${what}`, () => {
    const pssh = { version: 0, systemId: "", kids: [], data: hex(data), isWhole: true };
    assertEquals(listWidevineKids(pssh), kids);
  });
}

function toObject(header: string, change: (view: DataView) => void = () => {}): Uint8Array {
  const bytes = new Uint8Array(10 + 2 * header.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, 1, true);
  view.setUint16(6, 1, true);
  view.setUint16(8, 2 * header.length, true);
  for (let i = 0; i < header.length; i++) view.setUint16(10 + 2 * i, header.charCodeAt(i), true);
  change(view);
  return bytes;
}

Deno.test("listPlayReadyKids() reads headers of versions 4.0 and 4.3", () => {
  const old = `<WRMHEADER><DATA><KID>${GUID}</KID></DATA></WRMHEADER>`;
  const current = `<KIDS><KID ALGID="AESCBC" VALUE="${GUID}"></KID></KIDS>`;
  assertEquals(listPlayReadyKids(toObject(old)), [KID]);
  assertEquals(listPlayReadyKids(toObject(current)), [KID]);
  assertEquals(listPlayReadyKids(toObject("<KID>AA==</KID>")), [""]);
});

Deno.test("listPlayReadyKids() rejects lengths that contradict each other", () => {
  const header = `<KID>${GUID}</KID>`;
  assertEquals(
    listPlayReadyKids(toObject(header, (view) => view.setUint32(0, 11, true))),
    undefined,
  );
  assertEquals(
    listPlayReadyKids(toObject(header, (view) => view.setUint16(6, 2, true))),
    undefined,
  );
  assertEquals(
    listPlayReadyKids(toObject(header, (view) => view.setUint16(8, 999, true))),
    undefined,
  );
  assertEquals(listPlayReadyKids(hex("0102")), undefined);
});
