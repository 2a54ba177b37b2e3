import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import {
  formatPackage,
  MAX_PACKAGE_SIZE,
  type Package,
  parsePackage,
} from "../../lib/package/package.ts";

const VIDEO = {
  file: "movies/video-240p.mp4",
  track: 1,
  type: "video",
  language: "eng",
  name: "video_eng=400000",
  codec: "avc1.42C01E",
  bandwidth: 412345,
  averageBandwidth: 400000,
  width: 426,
  height: 240,
  frameRate: "30000/1001",
  openGop: true,
} as const;

const TEXT = {
  file: "sub.fr.vtt",
  type: "text",
  language: "fra",
  name: "caption_fra",
  label: "Français",
  role: "subtitle",
} as const;

const PACK: Package = { segmentDuration: 8, tracks: [VIDEO, TEXT] };

const CC1 = { channel: "CC1", language: "eng" };

function writeCaptions(...captions: unknown[]): string {
  return JSON.stringify({ ams: 1, segmentDuration: 8, tracks: [{ ...VIDEO, captions }] });
}

function write(change: Record<string, unknown>, track: Record<string, unknown> = {}): string {
  const tracks = [VIDEO, { ...TEXT, ...track }];
  return JSON.stringify({ ams: 1, segmentDuration: 8, tracks, ...change });
}

Deno.test("parsePackage() reads what formatPackage() wrote", () => {
  assertEquals(parsePackage(formatPackage(PACK)), PACK);
});

Deno.test("formatPackage() writes title, description, poster and chapters first, in a fixed order", () => {
  const chapters = [{ title: "Start", start: 0 }, { title: "End", start: 9.5 }];
  const pack = { ...PACK, chapters, poster: "art/a.png", description: "Two\nlines", title: "Film" };
  const text = formatPackage(pack);
  assertEquals(parsePackage(text), pack);
  const keys = ["ams", "title", "description", "poster", "chapters", "segmentDuration", "tracks"];
  assertEquals(Object.keys(JSON.parse(text)), keys);
  assertEquals(Object.keys(JSON.parse(text).chapters[0]), ["start", "title"]);
  for (const chapters of ["chapters.vtt", []]) {
    assertEquals(parsePackage(formatPackage({ ...PACK, chapters })).chapters, chapters);
  }
});

Deno.test("formatPackage() writes captions and `default`, and omits false", () => {
  const text = { ...TEXT, default: true };
  const pack: Package = { segmentDuration: 8, tracks: [{ ...VIDEO, captions: [CC1] }, text] };
  assertEquals(parsePackage(formatPackage(pack)), pack);
  const none = { ...pack, tracks: [{ ...TEXT, default: false }] };
  assertEquals(parsePackage(formatPackage(none)).tracks, [TEXT]);
});

Deno.test("parsePackage() reads DASH's name of the role forced", () => {
  assertEquals(parsePackage(write({}, { role: "forced-subtitle" })).tracks[1]!.role, "forced");
});

Deno.test("parsePackage() skips a byte order mark", () => {
  assertEquals(parsePackage("\uFEFF" + formatPackage(PACK)), PACK);
});

Deno.test("formatPackage() writes keys in a fixed order, one per line, and omits false", () => {
  const { file, type, language, name } = TEXT;
  const text = formatPackage({
    segmentDuration: 1.92,
    tracks: [{ name, language, type, file, track: 2, openGop: false }],
  });
  assertEquals(
    text,
    `{
  "ams": 1,
  "segmentDuration": 1.92,
  "tracks": [
    {
      "file": "sub.fr.vtt",
      "track": 2,
      "type": "text",
      "language": "fra",
      "name": "caption_fra"
    }
  ]
}
`,
  );
});

/** Paths that are checked only when they are opened. */
for (const file of ["/etc/passwd", "../a.mp4", "a/../../b.mp4", "%2e%2e/a b.mp4", "Ünï.mp4"]) {
  Deno.test(`parsePackage() does not change the path ${file}`, () => {
    assertEquals(parsePackage(write({}, { file })).tracks[1]!.file, file);
  });
}

const invalid: [what: string, text: string, message: string][] = [
  ["an empty file", "", "Cannot read line 1, column 1: unexpected end of JSON"],
  ["text", "hello\nworld", 'Cannot read line 1, column 1: unexpected "h"'],
  ["a trailing comma", '{\n  "ams": 1,\n}', "Cannot read line 3, column 1: "],
  ["an unquoted word", '{\n  "ams": yes\n}', 'Cannot read line 2, column 10: unexpected "y"'],
  ["an unterminated string", '{"ams', "Cannot read line 1, column 6: unexpected end of JSON"],
  ["two packages", "{}{}", "Cannot read line 1, column 3: Unexpected non-whitespace character"],
  [
    "a truncated package",
    formatPackage(PACK).slice(0, 50),
    "Cannot read line 4, column 13: unexpected end",
  ],
  ["an array", "[]", "Cannot use an array: expected an object"],
  ["null", "null", "Cannot use null: expected an object"],
  ["a number", "7", "Cannot use 7: expected an object"],
  ["no version", write({ ams: undefined }), "ams: Cannot find this key"],
  ["version 2", write({ ams: 2 }), "ams: Cannot read version 2, expected 1"],
  ["a later key of version 2", write({ ams: 2, x: 1 }), "ams: Cannot read version 2"],
  ["a version as text", write({ ams: "1" }), 'ams: Cannot use "1": expected 1'],
  ["an unknown key", write({ drm: 1 }), "drm: Cannot use this key"],
  ["a key of every object", write({ constructor: 1 }), "constructor: Cannot use this key"],
  ["__proto__", '{"__proto__":{}}', "__proto__: Cannot use this key"],
  ["a key of two lines", write({ "a\nb": 1 }), '["a\\nb"]: Cannot use this key'],
  ["a misspelt key", write({}, { nmae: "x", name: undefined }), "tracks[1].nmae: Cannot use "],
  [
    "a title of two lines",
    write({ title: "a\nb" }),
    'title: Cannot use "a\\nb": expected 1 to 500',
  ],
  ["an empty description", write({ description: "" }), 'description: Cannot use "": expected 1 to'],
  ["a poster elsewhere", write({ poster: "../a.jpg" }), 'poster: Cannot use "../a.jpg": expected'],
  [
    "a poster of the root",
    write({ poster: "/a.jpg" }),
    'poster: Cannot use "/a.jpg": expected the',
  ],
  ["one chapter", write({ chapters: {} }), "chapters: Cannot use an object: expected an array of"],
  [
    "a chapter without a title",
    write({ chapters: [{ start: 0 }] }),
    "chapters[0].title: Cannot find this key",
  ],
  [
    "an end of a chapter",
    write({ chapters: [{ start: 0, title: "a", end: 1 }] }),
    "chapters[0].end: Cannot use this key: expected one of start, title",
  ],
  [
    "chapters in disorder",
    write({ chapters: [{ start: 1, title: "a" }, { start: 1, title: "b" }] }),
    "chapters[1].start: Cannot use 1: expected more than the start of chapters[0]",
  ],
  ["no duration", write({ segmentDuration: undefined }), "segmentDuration: Cannot find this"],
  ["a short duration", write({ segmentDuration: 0.4 }), "segmentDuration: Cannot use 0.4: "],
  ["a long duration", write({ segmentDuration: 3601 }), "segmentDuration: Cannot use 3601: "],
  ["a duration as text", write({ segmentDuration: "8" }), 'segmentDuration: Cannot use "8": '],
  ["no tracks", write({ tracks: [] }), "tracks: Cannot use an array: expected at least one track"],
  ["an object of tracks", write({ tracks: {} }), "tracks: Cannot use an object: expected an array"],
  [
    "an array as track",
    write({ tracks: [[]] }),
    "tracks[0]: Cannot use an array: expected an object",
  ],
  ["1001 tracks", write({ tracks: Array(1001).fill(TEXT) }), "tracks: Cannot use "],
  ["no file", write({}, { file: undefined }), "tracks[1].file: Cannot find this key"],
  ["an empty file", write({}, { file: "" }), 'tracks[1].file: Cannot use "": expected a path'],
  [
    "a backslash",
    write({}, { file: "a\\b" }),
    'tracks[1].file: Cannot use "a\\\\b": expected a path',
  ],
  ["a NUL", write({}, { file: "a\0" }), 'tracks[1].file: Cannot use "a\\u0000": expected a path'],
  [
    "a negative track",
    write({}, { track: -1 }),
    "tracks[1].track: Cannot use -1: expected an integer of at least 0",
  ],
  [
    "a fractional track",
    write({}, { track: 1.5 }),
    "tracks[1].track: Cannot use 1.5: expected an integer",
  ],
  ["no track_ID", write({}, { type: "audio" }), "tracks[1].track: Cannot find this key"],
  [
    "a type",
    write({}, { type: "smell" }),
    'tracks[1].type: Cannot use "smell": expected one of video, ',
  ],
  [
    "a language that is no tag",
    write({}, { language: "pt_BR" }),
    'tracks[1].language: Cannot use "pt_BR": expected a BCP 47 tag',
  ],
  [
    "a language of 101 characters",
    write({}, { language: `en-x${"-aaaa".repeat(20)}`.slice(0, 101) }),
    'tracks[1].language: Cannot use "en-x-aaaa',
  ],
  ["a name twice", write({}, { name: VIDEO.name }), "tracks[1].name: Cannot use "],
  ["the name master", write({}, { name: "master" }), 'tracks[1].name: Cannot use "master": '],
  ["the name ts", write({}, { name: "ts" }), 'tracks[1].name: Cannot use "ts": expected letters'],
  [
    "a name with a dot",
    write({}, { name: "a.b" }),
    'tracks[1].name: Cannot use "a.b": expected letters',
  ],
  ["a name of two lines", write({}, { name: "a\nb" }), 'tracks[1].name: Cannot use "a\\nb": '],
  ["a label of two lines", write({}, { label: "a\nb" }), "tracks[1].label: Cannot use "],
  [
    "a role",
    write({}, { role: "subtitles" }),
    'tracks[1].role: Cannot use "subtitles": expected one of',
  ],
  [
    "a default",
    write({}, { default: 1 }),
    "tracks[1].default: Cannot use 1: expected true or false",
  ],
  [
    "captions of text",
    write({}, { captions: [CC1] }),
    "tracks[1].captions: Cannot use this key for text",
  ],
  [
    "a channel twice",
    writeCaptions(CC1, { ...CC1, language: "fra" }),
    'tracks[0].captions[1].channel: Cannot use "CC1" twice',
  ],
  [
    "a channel",
    writeCaptions({ ...CC1, channel: "CC5" }),
    'tracks[0].captions[0].channel: Cannot use "CC5": expected CC1 to CC4',
  ],
  [
    "a key of captions",
    writeCaptions({ ...CC1, x: 1 }),
    "tracks[0].captions[0].x: Cannot use this key: expected one of channel, language, label",
  ],
  [
    "a rate",
    write({}, { frameRate: "25/0" }),
    'tracks[1].frameRate: Cannot use "25/0": expected a rate',
  ],
  [
    "a negative rate",
    write({}, { bandwidth: -1 }),
    "tracks[1].bandwidth: Cannot use -1: expected an int",
  ],
  ["a long value", write({}, { type: "x".repeat(1e5) }), "tracks[1].type: Cannot use "],
  ["a value 100,000 deep", write({}).replace("8", deep("[", "]")), "segmentDuration: Cannot use"],
  ["objects 100,000 deep", deep('{"ams":', "}").replace("null", "1"), "ams: Cannot use an object"],
  ["arrays 100,000 deep", deep("[", "]"), "Cannot use an array: expected an object"],
  ["brackets 100,000 deep", "[".repeat(1e5), "Cannot read line 1, column 100001: unexpected end"],
  ["more than a megabyte", " ".repeat(MAX_PACKAGE_SIZE + 1), "Cannot read a package of more than"],
];

function deep(open: string, close: string): string {
  return open.repeat(1e5) + "null" + close.repeat(1e5);
}

for (const [what, text, message] of invalid) {
  Deno.test(`parsePackage() refuses ${what} in one line`, () => {
    const error = assertThrows(() => parsePackage(text), MediaError);
    assert(error.message.startsWith(message), error.message);
    assertEquals(error.code, "PACKAGE_INVALID");
    assertMatch(error.message, /^.{1,400}$/);
  });
}

Deno.test("formatPackage() refuses what parsePackage() refuses", () => {
  const tracks = Array.from(
    { length: 1001 },
    (_, i) => ({ ...PACK.tracks[0]!, name: `name-${i}` }),
  );
  const error = assertThrows(() => formatPackage({ ...PACK, tracks }), MediaError);
  assertEquals(error.message, "tracks: Cannot use an array: expected at most 1000 tracks");
});

Deno.test("formatPackage() omits indexes that make a package too large", () => {
  const index = "0123456789abcdef" + "A".repeat(400_000);
  const tracks = ["one", "two", "three"].map((name) => ({ ...VIDEO, name, index }));
  const fits = { segmentDuration: 8, tracks: tracks.slice(1) };
  assertEquals(parsePackage(formatPackage(fits)), fits);
  const plain = tracks.map(({ index: _, ...track }) => track);
  const written = parsePackage(formatPackage({ segmentDuration: 8, tracks }));
  assertEquals(written, { segmentDuration: 8, tracks: plain });
});
