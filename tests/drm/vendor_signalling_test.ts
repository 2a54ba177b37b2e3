import { assertEquals, assertThrows } from "@std/assert";
import { KeysError } from "../../lib/errors.ts";
import { ByteWriter } from "../../lib/bytes.ts";
import { parseCpix } from "../../lib/drm/cpix.ts";
import { toKidBytes } from "../../lib/drm/key_id.ts";
import { type DrmSystemName, SYSTEM_IDS } from "../../lib/drm/system_id.ts";
import { pssh } from "../../lib/mp4/pssh.ts";
import { assertLinear } from "../doubling.ts";
import { buildCpix, buildSystem, SPEKE_KEY, toBase64 } from "./cpix_document.ts";

const read = (
  children: string,
  system: DrmSystemName = "widevine",
  scheme: "cenc" | "cbcs" = "cbcs",
) =>
  parseCpix(buildCpix({ systems: buildSystem(SYSTEM_IDS[system], children) }), { scheme })
    .signalling.get(SPEKE_KEY.kid)!.get(system)!;

function buildPssh(system: DrmSystemName): Uint8Array {
  const w = new ByteWriter();
  pssh(w, { systemId: toKidBytes(SYSTEM_IDS[system]), data: new Uint8Array([1, 2, 3]) });
  return w.finish();
}

const LINE =
  '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="data:text/plain;base64,AAAA",KEYID=0x98ee,KEYFORMATVERSIONS="1",KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"';

const SESSION_LINE = LINE.replace("EXT-X-KEY", "EXT-X-SESSION-KEY");

const hls = (text: string, attributes = 'playlist="media"') =>
  `<c:HLSSignalingData ${attributes}>${toBase64(text)}</c:HLSSignalingData>`;

const PSSH = buildPssh("widevine");

const psshElement = (bytes: Uint8Array) => `<c:PSSH>${bytes.toBase64()}</c:PSSH>`;

Deno.test("readSignalling() reads all signalling of a system", () => {
  const protection = toBase64(`<pssh xmlns="urn:mpeg:cenc:2013">AAAA</pssh>`);
  const signalling = read(`${psshElement(PSSH)}
    <c:ContentProtectionData>${protection}</c:ContentProtectionData>
    ${hls(LINE)}${hls(`${SESSION_LINE}\n`, 'playlist="master"')}
    <c:SmoothStreamingProtectionHeaderData>AA AA</c:SmoothStreamingProtectionHeaderData>`);
  assertEquals(signalling, {
    pssh: PSSH,
    contentProtection: { "cenc:pssh": [{ "#text": "AAAA" }] },
    mediaPlaylist: [LINE],
    multivariantPlaylist: [SESSION_LINE],
    smooth: "AAAA",
  });
});

Deno.test("readSignalling() treats empty elements as absent", () => {
  const empty = "<c:PSSH/><c:ContentProtectionData> </c:ContentProtectionData>";
  assertEquals(read(`${empty}${hls("")}${hls("", 'playlist="master"')}`), {});
});

const playlists: [what: string, children: string, lines: string[][]][] = [
  ["no playlist", hls(LINE, ""), [[LINE]]],
  ["multiVariant, of version 2.4", hls(SESSION_LINE, 'playlist="multiVariant"'), [[SESSION_LINE]]],
  ["several lines, with CRLF", hls(`${LINE}\r\n${LINE}\r\n`), [[LINE, LINE]]],
];

for (const [what, children, lines] of playlists) {
  Deno.test(`readSignalling() reads HLSSignalingData with ${what}`, () => {
    assertEquals(Object.values(read(children)), lines);
  });
}

Deno.test("readSignalling() expects SAMPLE-AES-CTR for cenc", () => {
  const line = LINE.replace("SAMPLE-AES", "SAMPLE-AES-CTR");
  assertEquals(read(hls(line), "widevine", "cenc").mediaPlaylist, [line]);
  assertThrows(() => read(hls(LINE), "widevine", "cenc"), KeysError, "METHOD=SAMPLE-AES-CTR");
});

const truncated = PSSH.subarray(0, PSSH.length - 1);

const longer = PSSH.slice();
longer[3]!++; // the size of the box

const overrun = PSSH.slice();
overrun[31] = 4; // the size of the data

const invalid: [what: string, children: string, message: string][] = [
  ["a PSSH that is not base64", "<c:PSSH>?</c:PSSH>", "Cannot use PSSH of widevine for KID"],
  [
    "a PSSH of another system",
    psshElement(buildPssh("playready")),
    "expected one box of the system",
  ],
  ["two boxes", psshElement(new Uint8Array([...PSSH, ...PSSH])), "expected one box of the system"],
  ["a truncated box", psshElement(truncated), "expected one box of the system"],
  ["a box that is longer than its bytes", psshElement(longer), "expected one box of the system"],
  ["a box whose data is longer", psshElement(overrun), "expected one box of the system"],
  ["data without a box", psshElement(new Uint8Array(3)), "expected one box of the system"],
  [
    "another box",
    psshElement(new Uint8Array([0, 0, 0, 8, 102, 114, 101, 101])),
    "expected one box",
  ],
  ["two PSSH", psshElement(PSSH).repeat(2), "expected one element"],
  ["64 KB", `<c:PSSH>${"AAAA".repeat(2 ** 15)}</c:PSSH>`, "expected at most 65536 bytes"],
  [
    "ContentProtectionData that is not XML",
    `<c:ContentProtectionData>${toBase64("<a")}</c:ContentProtectionData>`,
    "Cannot read line 1 of ContentProtectionData as XML",
  ],
  [
    "ContentProtectionData that is not UTF-8",
    "<c:ContentProtectionData>/w==</c:ContentProtectionData>",
    "expected UTF-8",
  ],
  ["another playlist", hls(LINE, 'playlist="audio"'), "expected playlist media or multiVariant"],
  ["a playlist twice", hls(LINE) + hls(LINE, ""), "expected each playlist once"],
  [
    "master and multiVariant",
    hls("", 'playlist="master"') + hls("", 'playlist="multiVariant"'),
    "once",
  ],
  ["EXT-X-ENDLIST", hls(`${LINE}\n#EXT-X-ENDLIST`), "expected lines with EXT-X-KEY"],
  ["a segment", hls(`${LINE}\nhttps://evil.example/a.m4s`), "expected lines with EXT-X-KEY"],
  ["an empty line", hls(`${LINE}\n\n${LINE}`), "expected lines with EXT-X-KEY"],
  ["a session key in a media playlist", hls(SESSION_LINE), "expected lines with EXT-X-KEY"],
  [
    "a key in a multivariant playlist",
    hls(LINE, 'playlist="master"'),
    "expected lines with EXT-X-SESSION-KEY",
  ],
  ["a carriage return", hls(`${LINE}\r#EXT-X-ENDLIST`), "expected lines with EXT-X-KEY"],
  ["a line break in a quoted string", hls(LINE.replace("AAAA", "AA\nAA")), "expected lines"],
  ["a control character", hls(LINE.replace("AAAA", "AA\u0085AA")), "expected lines"],
  ["a quote that is not closed", hls(LINE.slice(0, -1)), "expected lines"],
  ["a comma at the end", hls(`${LINE},`), "expected lines"],
  ["an attribute twice", hls(`${LINE},METHOD=SAMPLE-AES`), "expected lines"],
  ["no attributes", hls("#EXT-X-KEY:"), "expected lines"],
  ["METHOD=NONE", hls("#EXT-X-KEY:METHOD=NONE"), "expected METHOD=SAMPLE-AES"],
  ["AES-128", hls(LINE.replace("SAMPLE-AES", "AES-128")), "expected METHOD=SAMPLE-AES"],
  ["no URI", hls(LINE.replace(/URI="[^"]*",/, "")), "expected URI"],
  ["a URI without quotes", hls(LINE.replace(/URI="[^"]*"/, "URI=a")), "expected URI"],
  ["no KEYFORMAT", hls(LINE.replace(/,KEYFORMAT="[^"]*"/, "")), "expected KEYFORMAT"],
  [
    "identity",
    hls(LINE.replace(/KEYFORMAT="[^"]*"/, 'KEYFORMAT="identity"')),
    "expected KEYFORMAT",
  ],
];

for (const [what, children, message] of invalid) {
  Deno.test(`readSignalling() rejects ${what}`, () => {
    const error = assertThrows(() => read(children), KeysError, message);
    assertEquals(error.code, "KEYS_INVALID");
  });
}

for (
  const [what, build] of [
    ["empty lines before another line", (size: number) => `${LINE}${"\n".repeat(size)}x`],
    ["empty lines at the end", (size: number) => `${LINE}${"\r\n".repeat(size / 2)}`],
    ["attributes", (size: number) => `#EXT-X-KEY:${"A".repeat(size)}`],
  ] as const
) {
  Deno.test(`readSignalling() takes linear time for HLSSignalingData with ${what}`, () => {
    const run = (text: string) => {
      try {
        read(hls(text));
      } catch (error) {
        if (!(error instanceof KeysError)) throw error;
      }
    };
    assertLinear(build, run, { maxSize: 2 ** 15 });
  });
}
