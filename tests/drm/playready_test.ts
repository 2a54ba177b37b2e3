import { assertEquals, assertThrows } from "@std/assert";
import { KeysError } from "../../lib/errors.ts";
import {
  buildPlayReadyObject,
  buildPlayReadyPssh,
  type PlayReadyContent,
} from "../../lib/drm/playready.ts";
import { Secret } from "../../lib/drm/secret.ts";
import { hex } from "../codecs/entry.ts";

const XMLNS = `xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader"`;

/** Key and header of Microsoft's test server, except for elements that are not written. */
const MICROSOFT = {
  kid: "09e36702-8f33-436c-a5dd-60ffe6671e70",
  key: new Secret(Uint8Array.fromBase64("tCyjFy7k5pv1GEilnbnNEw==")),
};

const COUNTING = {
  kid: "00112233-4455-6677-8899-aabbccddeeff",
  key: new Secret(hex("0102030405060708090a0b0c0d0e0f10")),
};

const HEADERS: [what: string, PlayReadyContent, header: string][] = [
  [
    "cenc",
    { key: MICROSOFT, scheme: "cenc", licenseUrl: "http://playready.example/rightsmanager.asmx" },
    `<WRMHEADER ${XMLNS} version="4.0.0.0"><DATA>` +
    "<PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO>" +
    "<KID>AmfjCTOPbEOl3WD/5mcecA==</KID><CHECKSUM>BGw1aYZ1YXM=</CHECKSUM>" +
    "<LA_URL>http://playready.example/rightsmanager.asmx</LA_URL></DATA></WRMHEADER>",
  ],
  [
    "cenc without a license URL",
    { key: COUNTING, scheme: "cenc" },
    `<WRMHEADER ${XMLNS} version="4.0.0.0"><DATA>` +
    "<PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO>" +
    "<KID>MyIRAFVEd2aImaq7zN3u/w==</KID><CHECKSUM>Cme0o8jb4vI=</CHECKSUM></DATA></WRMHEADER>",
  ],
  [
    "cbcs, and characters of XML in the license URL",
    { key: MICROSOFT, scheme: "cbcs", licenseUrl: "https://pr.example/?a=<1>&b=é" },
    `<WRMHEADER ${XMLNS} version="4.3.0.0"><DATA><PROTECTINFO><KIDS>` +
    `<KID ALGID="AESCBC" VALUE="AmfjCTOPbEOl3WD/5mcecA=="></KID></KIDS></PROTECTINFO>` +
    "<LA_URL>https://pr.example/?a=&lt;1&gt;&amp;b=é</LA_URL></DATA></WRMHEADER>",
  ],
];

for (const [what, content, header] of HEADERS) {
  Deno.test(`buildPlayReadyObject() writes one header in UTF-16: ${what}`, () => {
    const object = buildPlayReadyObject(content);
    const view = new DataView(object.buffer, object.byteOffset, object.length);
    assertEquals(new TextDecoder("utf-16le").decode(object.subarray(10)), header);
    assertEquals(view.getUint32(0, true), object.length);
    assertEquals([4, 6, 8].map((at) => view.getUint16(at, true)), [1, 1, object.length - 10]);
  });
}

Deno.test("buildPlayReadyPssh() wraps the object", () => {
  const expected = `00000023 70737368 00000000 9a04f07998404286ab92e65be0885f95 00000003 010203`;
  assertEquals(buildPlayReadyPssh(hex("010203")).toHex(), hex(expected).toHex());
});

Deno.test("buildPlayReadyObject() rejects a license URL that makes it too long", () => {
  const content = { key: MICROSOFT, scheme: "cbcs", licenseUrl: "a".repeat(8000) } as const;
  const message = "Cannot write a PlayReady object of ";
  assertThrows(() => buildPlayReadyObject(content), KeysError, message);
});
