import { assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { MAX_FILTER_LENGTH, parseFilter } from "../../lib/selection/filter.ts";
import type { OpenPresentation } from "../open_presentation.ts";
import { openTestPackage } from "../sample_presentations.ts";

const TRACKS = [
  { file: "ladder-avc-240p.mp4", track: 1, type: "video", language: "und", name: "video_und=240" },
  { file: "ladder-avc-720p.mp4", track: 1, type: "video", language: "und", name: "video_und=720" },
  { file: "test-hevc-hvc1.mp4", track: 1, type: "video", language: "und", name: "hevc" },
  { file: "ladder-aac-eng.mp4", track: 1, type: "audio", language: "eng", name: "english" },
  { file: "ladder-aac-fra.mp4", track: 1, type: "audio", language: "fra", name: "french" },
  { file: "tone-ac3-surround.mp4", track: 1, type: "audio", language: "pt-BR", name: "brazilian" },
  { file: "ladder-vtt-eng.vtt", type: "text", language: "eng", name: "text" },
  { file: "ladder-mjpeg-thumbs.mp4", track: 1, type: "image", language: "und", name: "image" },
] as const;

const VIDEO = ["video_und=240", "video_und=720", "hevc"];
const AUDIO = ["english", "french", "brazilian"];
const ALL = TRACKS.map(({ name }) => name);

function without(...names: string[]): string[] {
  return ALL.filter((name) => !names.includes(name));
}

const filters: [filter: string, names: readonly string[]][] = [
  ['type=="video"', VIDEO],
  ['type == "audio"', AUDIO],
  ['TYPE=="Audio"', AUDIO],
  ['"audio"==type', AUDIO],
  ['type=="textstream"', ["text"]],
  ['type=="text"', ["text"]],
  ['type=="image"||type=="img"', ["image"]],
  ['type=="data"', []],
  ['type!="data"', ALL],
  ['type!="video"', without(...VIDEO)],
  ['!(type=="video")', without(...VIDEO)],
  ['!!(type=="video")', VIDEO],
  ['!type=="video"', without(...VIDEO)],
  ['type=="audio"&&systemLanguage=="fra"', ["french"]],
  ['type=="video" || type=="audio" && systemLanguage=="fra"', [...VIDEO, "french"]],
  ['(type=="video" || type=="audio") && systemLanguage=="fra"', ["french"]],
  ['systemLanguage=="en"', ["english", "text"]],
  ['systemLanguage=="eng"', ["english", "text"]],
  ['systemLanguage=="fre"', ["french"]],
  ['systemLanguage=="FR"', ["french"]],
  ['systemLanguage=="por"', ["brazilian"]],
  ['systemLanguage=="pt"', ["brazilian"]],
  ['systemLanguage=="pt-BR"', ["brazilian"]],
  ['systemLanguage=="por-br"', ["brazilian"]],
  ['systemLanguage=="pt-PT"', []],
  ['systemLanguage=="en-US"', []],
  ['systemLanguage=="und"', [...VIDEO, "image"]],
  ['systemLanguage==""', []],
  ['systemLanguage=="?"', []],
  ['FourCC=="AVC1"', ["video_und=240", "video_und=720"]],
  ['FourCC=="avc1"', ["video_und=240", "video_und=720"]],
  ['FourCC=="H264"', ["video_und=240", "video_und=720"]],
  ['FourCC=="HVC1"', ["hevc"]],
  ['FourCC=="AACL"', ["english", "french"]],
  ['FourCC=="mp4a"', ["english", "french"]],
  ['FourCC=="AC-3"', ["brazilian"]],
  ['FourCC=="TTML"', ["text"]],
  ['FourCC=="WVTT"', ["text"]],
  ['FourCC=="JPEG"', ["image"]],
  ['FourCC!="HVC1"', without("hevc")],
  ["MaxHeight==720", ["video_und=720"]],
  ["720==MaxHeight", ["video_und=720"]],
  ["MaxHeight<=240", ["video_und=240", "hevc", "image"]],
  ["MaxHeight<240", ["hevc", "image"]],
  ["240>MaxHeight", ["hevc", "image"]],
  ["240>=MaxHeight", ["video_und=240", "hevc", "image"]],
  ["MaxHeight>240", ["video_und=720"]],
  ["240<MaxHeight", ["video_und=720"]],
  ["240<=MaxHeight", ["video_und=240", "video_und=720"]],
  ["MaxHeight>=240", ["video_und=240", "video_und=720"]],
  ["MaxWidth==426", ["video_und=240"]],
  ["MaxWidth==426.5", []],
  ["maxwidth>1000", ["video_und=720"]],
  // renditions without a width match != only
  ["MaxWidth!=426", without("video_und=240")],
  ["MaxWidth>=0", [...VIDEO, "image"]],
  ["!(MaxWidth<1000)", ["video_und=720", ...AUDIO, "text"]],
  ['type!="video"||MaxHeight<=240', without("video_und=720")],
  ["channels==2", ["english", "french"]],
  ["channels>2", ["brazilian"]],
  ["channels>=0", AUDIO],
  ["channels!=2", without("english", "french")],
  ["systemBitrate>0", ALL],
  ["systemBitrate<1", []],
  ['type=="audio"&&systemBitrate<100000', ["english", "french"]],
  ['trackName=="french"', ["french"]],
  ['trackName=="video_und=240"', ["video_und=240"]],
  ['trackName=="video_und"', ["video_und=240", "video_und=720"]],
  ['trackName=="video"', []],
  ['trackName=="French"', []],
  ['trackName==""', []],
  ['\t(((type=="video")))\n', VIDEO],
  [`${"(".repeat(64)}type=="text"${")".repeat(64)}`, ["text"]],
  [`${"!".repeat(64)}type=="text"`, ["text"]],
  [Array(100).fill('type=="text"').join("||"), ["text"]],
  [`type=="text"${" ".repeat(MAX_FILTER_LENGTH - 12)}`, ["text"]],
];

const opened: OpenPresentation[] = [];

Deno.test.beforeAll(async () => {
  opened.push(await openTestPackage(TRACKS));
});

Deno.test.afterAll(() => opened.forEach((presentation) => presentation.close()));

for (const [filter, names] of filters) {
  Deno.test(`parseFilter() reads ${JSON.stringify(filter.slice(0, 60))}`, () => {
    const renditions = [...opened[0]!.renditions.values()].filter(parseFilter(filter));
    assertEquals(renditions.map(({ name }) => name), names);
  });
}

const rejected: [filter: string, position: string, reason: string][] = [
  ["", "at its end", "expected a property, a number or a string"],
  ["   ", "at its end", "expected a property, a number or a string"],
  ["type", "at its end", "a comparison (== != < <= > >=)"],
  ["type==", "at its end", "expected a string in double quotes to compare with type"],
  ["channels==)", "at character 11, ')'", "expected a number to compare with channels"],
  ["channels==two", "at character 11, 'two'", "expected a number to compare with channels"],
  ['"a"==typ', "at character 6, 'typ'", "expected one of the properties type, systemBitrate"],
  ['type="video"', "at character 5, '=\"video\"'", "expected properties, numbers, strings"],
  ['type=="video', "at character 7, '\"video'", "expected a closing quote"],
  [
    "type==video",
    "at character 7, 'video'",
    "expected a string in double quotes to compare with type",
  ],
  ["type=='video'", "at character 7, ''video''", "expected properties, numbers, strings"],
  [
    'typ=="video"',
    "at character 1, 'typ==\"video\"'",
    "expected one of the properties type, systemBitrate",
  ],
  ['type=="video"&type=="audio"', "at character 14", "expected properties, numbers, strings"],
  ['type=="video"|type=="audio"', "at character 14", "expected properties, numbers, strings"],
  ['type=="video" type=="audio"', "at character 15", "&& or || or the end"],
  ['type=="video"&&', "at its end", "expected a property, a number or a string"],
  ['type=="video"||)', "at character 16, ')'", "expected a property, a number or a string"],
  [
    '&&type=="video"',
    "at character 1, '&&type==\"video\"'",
    "expected a property, a number or a string",
  ],
  ['(type=="video"', "at its end", "expected && or || or )"],
  ['(type=="video"))', "at character 16, ')'", "&& or || or the end"],
  ["()", "at character 2, ')'", "expected a property, a number or a string"],
  ["!", "at its end", "expected a property, a number or a string"],
  ["(type)==(video)", "at character 6, ')==(video)'", "a comparison"],
  ["type<3", "at character 6, '3'", "expected a string in double quotes to compare with type"],
  ["type==3", "at character 7, '3'", "expected a string in double quotes to compare with type"],
  [
    "3==type",
    "at character 1, '3==type'",
    "expected a string in double quotes to compare with type",
  ],
  [
    'systemBitrate<"1000"',
    "at character 15, '\"1000\"'",
    "expected a number to compare with systemBitrate",
  ],
  ['"2"==channels', "at character 1", "expected a number to compare with channels"],
  [
    'systemLanguage<"eng"',
    "at character 16, '\"eng\"'",
    "systemLanguage is a string, expected == or !=",
  ],
  ['"eng">systemLanguage', "at character 1", "systemLanguage is a string, expected == or !="],
  ["MaxWidth>MaxHeight", "at character 1", "expected a property and a value, not two properties"],
  ["1==1", "at character 1, '1==1'", "expected a property and a value, not two values"],
  ['"a"=="a"', "at character 1", "expected a property and a value, not two values"],
  ["MaxWidth==1==1", "at character 12, '==1'", "&& or || or the end"],
  ["MaxWidth<-1", "at character 10, '-1'", "expected properties, numbers, strings"],
  ["MaxWidth<1e3", "at character 10, '1e3'", "expected properties, numbers, strings"],
  ["MaxWidth<1.", "at character 10, '1.'", "expected properties, numbers, strings"],
  ["MaxWidth<.5", "at character 10, '.5'", "expected properties, numbers, strings"],
  ["MaxWidth<1280px", "at character 10, '1280px'", "expected properties, numbers, strings"],
  ["MaxWidth=<1", "at character 9, '=<1'", "expected properties, numbers, strings"],
  ["MaxWidth=>1", "at character 9, '=>1'", "expected properties, numbers, strings"],
  ["true", "at character 1, 'true'", "expected one of the properties"],
  ["constructor==1", "at character 1", "expected one of the properties"],
  ['type=="𝄞"&&x', "at character 12, 'x'", "expected one of the properties"],
  ['type=="a\nb"&x', "at character 12, '&x'", "expected properties, numbers, strings"],
  [
    `type==${"x".repeat(30)}`,
    `at character 7, '${"x".repeat(24)}…'`,
    "expected a string in double quotes to compare with type",
  ],
  [
    `${"(".repeat(65)}type=="text"${")".repeat(65)}`,
    "at character 65, '(type==",
    "expected at most 64 nested parentheses and negations",
  ],
  [
    `${"!(".repeat(1000)}`,
    "at character 65",
    "expected at most 64 nested parentheses and negations",
  ],
];

for (const [filter, position, reason] of rejected) {
  Deno.test(`parseFilter() names the position and the reason in ${JSON.stringify(filter.slice(0, 60))}`, () => {
    const error = assertThrows(() => parseFilter(filter), RequestError, reason);
    assertEquals(
      [error.code, error.message.includes(`filter ${position}`)],
      ["BAD_REQUEST", true],
      error.message,
    );
  });
}

Deno.test("parseFilter() rejects more than 2048 characters", () => {
  const filter = `type=="text"${" ".repeat(MAX_FILTER_LENGTH - 11)}`;
  assertThrows(
    () => parseFilter(filter),
    RequestError,
    "a filter of 2049 characters, expected at most 2048",
  );
});
