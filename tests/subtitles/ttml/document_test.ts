import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { ParseWarnings } from "../../../lib/subtitles/parse_warnings.ts";
import { readTtmlDocument, type TtmlDocument } from "../../../lib/subtitles/ttml/document.ts";
import { ttmlDocument } from "./document.ts";

function read(attributes: string, head = ""): TtmlDocument {
  return readTtmlDocument(ttmlDocument("", head, attributes), new ParseWarnings());
}

const rates: [attributes: string, frameRate: number, tickRate: number][] = [
  ["", 30, 1],
  [`ttp:frameRate="20"`, 20, 20],
  [`ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001"`, 24000 / 1001, 24000 / 1001],
  [`ttp:frameRateMultiplier="1000:1001"`, 30000 / 1001, 1],
  [`ttp:frameRate="25" ttp:subFrameRate="4"`, 25, 100],
  [`ttp:frameRate="25" ttp:tickRate="10000000"`, 25, 1e7],
  [`ttp:frameRate="0" ttp:tickRate="-1" ttp:subFrameRate="x"`, 30, 1],
  [`ttp:frameRate="1e999" ttp:frameRateMultiplier="1 0"`, 30, 1],
];

for (const [attributes, frameRate, tickRate] of rates) {
  Deno.test(`readTtmlDocument() reads the rates of ${attributes}`, () => {
    const { clock } = read(attributes);
    assertAlmostEquals(clock.frameRate, frameRate, 1e-9);
    assertAlmostEquals(clock.tickRate, tickRate, 1e-9);
  });
}

const IMSC = "http://www.w3.org/ns/ttml/profile/imsc1";
const EBU =
  `<metadata><e:documentMetadata><e:conformsToStandard>urn:ebu:tt:distribution:2014-01</e:conformsToStandard></e:documentMetadata></metadata>`;

const documents: [attributes: string, head: string, expected: Partial<TtmlDocument>][] = [
  ["", "", { profile: "", language: "", cellResolution: { columns: 32, rows: 15 } }],
  [`xml:lang="pt-BR"`, "", { language: "pt-BR" }],
  [`tts:extent="1920px 1080px"`, "", { extent: { width: 1920, height: 1080 } }],
  [`tts:extent="1920px 0px"`, "", { extent: undefined }],
  [`ttp:cellResolution="40 24"`, "", { cellResolution: { columns: 40, rows: 24 } }],
  [`ttp:cellResolution="0 x"`, "", { cellResolution: { columns: 32, rows: 15 } }],
  [`ttp:profile="${IMSC}/text"`, "", { profile: "im1t" }],
  [`ttp:contentProfiles="${IMSC}.1/text"`, "", { profile: "im2t" }],
  [`ttp:profile="${IMSC}/image"`, "", { profile: "im1i" }],
  ["", `<ttp:profile use="${IMSC}/text"/>`, { profile: "im1t" }],
  [`xmlns:e="urn:ebu:tt:metadata"`, EBU, { profile: "etd1" }],
];

for (const [attributes, head, expected] of documents) {
  Deno.test(`readTtmlDocument() reads ${attributes} ${head.slice(0, 20)}`, () => {
    assertEquals({ ...read(attributes, head), ...expected }, read(attributes, head));
  });
}

Deno.test("readTtmlDocument() reads the start of the programme", () => {
  const head = `<metadata><e:documentMetadata xmlns:e="urn:ebu:tt:metadata">` +
    `<e:documentStartOfProgramme>10:00:00:05</e:documentStartOfProgramme></e:documentMetadata></metadata>`;
  assertEquals(read(`ttp:timeBase="smpte" ttp:frameRate="25"`, head).programmeStart, 36000.2);
});

Deno.test("readTtmlDocument() rejects other XML", () => {
  const message = "Cannot read TTML: the root element is <html>";
  assertThrows(() => readTtmlDocument("<html/>", new ParseWarnings()), MediaError, message);
});
