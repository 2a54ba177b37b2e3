import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { type PackagerOptions, parsePackagerOptions } from "../../lib/packager/options.ts";
import type { ProtectionOptions } from "../../lib/packager/protection_options.ts";

const KID = "00112233-4455-6677-8899-aabbccddeeff";
const OTHER = "10112233-4455-6677-8899-aabbccddeeff";
const HEX = "00112233445566778899AABBCCDDEEFF";

const options: [line: string, expected: ProtectionOptions | undefined][] = [
  ["", undefined],
  [
    "--protect cbcs --content heat --key-source house",
    { scheme: "cbcs", content: "heat", source: "house", per: "type", kids: {} },
  ],
  [
    "--protect cenc --content 1.a:b_C-d",
    { scheme: "cenc", content: "1.a:b_C-d", source: "default", per: "type", kids: {} },
  ],
  [
    "--protect aes-128 --content a",
    { scheme: "aes-128", content: "a", source: "default", per: "all", kids: {} },
  ],
  [
    `--protect aes-128 --content a --key-per all --kid all=${HEX}`,
    { scheme: "aes-128", content: "a", source: "default", per: "all", kids: { all: KID } },
  ],
  [
    `--kid hd=${KID} --protect=cenc --key-per=resolution --content=a --kid=audio=${HEX}`,
    {
      scheme: "cenc",
      content: "a",
      source: "default",
      per: "resolution",
      kids: { hd: KID, audio: KID },
    },
  ],
  [
    "--protect cbcs --content a --key-per source",
    { scheme: "cbcs", content: "a", source: "default", per: "source", kids: {} },
  ],
];

for (const [line, expected] of options) {
  Deno.test(`readProtectionOptions() reads ${line || "no options"}`, () => {
    const args = ["-o", "o", "-i", "a", ...line.split(" ").filter(Boolean)];
    const { protection } = parsePackagerOptions(args) as PackagerOptions;
    assertEquals(protection, expected);
  });
}

const CONTENT = "expected 1 to 128 of A-Z a-z 0-9 . _ : and -, the first a letter or digit";
const LABELLED = "expected LABEL=KID, such as video=00112233-4455-6677-8899-aabbccddeeff";
const NAME = "expected a name of at most 40 of a-z, 0-9 and -";

const refused: [line: string, message: string][] = [
  [
    "--protect cens --content a",
    'Cannot use --protect "cens": expected one of cbcs, cenc, aes-128',
  ],
  ["--protect cbcs", "Cannot use --protect cbcs without --content, the name of the asset"],
  ["--content a", "Cannot use --content without --protect"],
  ["--key-source a", "Cannot use --key-source without --protect"],
  ["--key-per all", "Cannot use --key-per without --protect"],
  [`--kid all=${KID}`, "Cannot use --kid without --protect"],
  ["--protect cbcs --content .a", `Cannot use --content ".a": ${CONTENT}`],
  [
    `--protect cbcs --content ${"a".repeat(129)}`,
    `Cannot use --content "${"a".repeat(129)}": ${CONTENT}`,
  ],
  ["--protect cbcs --content a --key-source A", `Cannot use --key-source "A": ${NAME}`],
  [
    "--protect cbcs --content a --key-per track",
    'Cannot use --key-per "track": expected one of all, type, resolution, source',
  ],
  [
    "--protect aes-128 --content a --key-per type",
    "Cannot use --key-per type with --protect aes-128: expected all",
  ],
  [
    "--protect aes-128 --content a --key-per source",
    "Cannot use --key-per source with --protect aes-128: expected all",
  ],
  ["--protect cbcs --content a --kid video", `Cannot use --kid "video": ${LABELLED}`],
  ["--protect cbcs --content a --kid video=", `Cannot use --kid "video=": ${LABELLED}`],
  ["--protect cbcs --content a --kid video=0011", `Cannot use --kid "video=0011": ${LABELLED}`],
  [
    `--protect cbcs --content a --kid =${KID}`,
    `Cannot use --kid "=${KID}": ${LABELLED}`,
  ],
  [
    `--protect cbcs --content a --kid hd=${KID}`,
    `Cannot use --kid hd=${KID} with --key-per type: expected audio, video`,
  ],
  [
    `--protect cbcs --content a --kid constructor=${KID}`,
    `Cannot use --kid constructor=${KID} with --key-per type: expected audio, video`,
  ],
  [
    `--protect cbcs --content a --kid video=${KID} --kid video=${OTHER}`,
    `Cannot use --kid video=${OTHER}: expected one --kid of video`,
  ],
  [
    `--protect cbcs --content a --key-per source --kid video=${KID}`,
    `Cannot use --kid video=${KID} with --key-per source, whose document names the KIDs`,
  ],
  ["--protect cbcs --protect cenc --content a", "Cannot use --protect twice"],
];

for (const [line, message] of refused) {
  Deno.test(`readProtectionOptions() refuses ${line.slice(0, 80)}`, () => {
    const args = ["-o", "o", "-i", "a", ...line.split(" ")];
    assertThrows(() => parsePackagerOptions(args), UsageError, message);
  });
}
