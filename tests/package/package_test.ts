import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import {
  formatPackage,
  MAX_PACKAGE_SIZE,
  type Package,
  parsePackage,
} from "../../lib/package/package.ts";

const VIDEO = {
  file: "films/video-240p.mp4",
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

function pictures(...captions: unknown[]): string {
  return JSON.stringify({ ams: 1, segmentDuration: 8, tracks: [{ ...VIDEO, captions }] });
}

function written(change: Record<string, unknown>, track: Record<string, unknown> = {}): string {
  const tracks = [VIDEO, { ...TEXT, ...track }];
  return JSON.stringify({ ams: 1, segmentDuration: 8, tracks, ...change });
}

Deno.test("parsePackage() gives back what formatPackage() wrote", () => {
  assertEquals(parsePackage(formatPackage(PACK)), PACK);
});

Deno.test("parsePackage() gives back captions and a default, and formatPackage() leaves out what is none", () => {
  const text = { ...TEXT, default: true };
  const pack: Package = { segmentDuration: 8, tracks: [{ ...VIDEO, captions: [CC1] }, text] };
  assertEquals(parsePackage(formatPackage(pack)), pack);
  const none = { ...pack, tracks: [{ ...TEXT, default: false }] };
  assertEquals(parsePackage(formatPackage(none)).tracks, [TEXT]);
});

Deno.test("parsePackage() reads the word that DASH has for forced", () => {
  assertEquals(parsePackage(written({}, { role: "forced-subtitle" })).tracks[1]!.role, "forced");
});

Deno.test("parsePackage() passes over a byte order mark", () => {
  assertEquals(parsePackage("\uFEFF" + formatPackage(PACK)), PACK);
});

Deno.test("formatPackage() writes keys in one order, a line each, without what is not so", () => {
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

/** Leads to where only whoever opens the file can say whether it may be read. */
for (const file of ["/etc/passwd", "../a.mp4", "a/../../b.mp4", "%2e%2e/a b.mp4", "Ünï.mp4"]) {
  Deno.test(`parsePackage() leaves ${file} to whoever opens it`, () => {
    assertEquals(parsePackage(written({}, { file })).tracks[1]!.file, file);
  });
}

const faults: [what: string, text: string, message: string][] = [
  ["nothing", "", "Cannot read line 1, column 1: the JSON ends too early"],
  ["text", "hello\nworld", 'Cannot read line 1, column 1: "h" is not JSON here'],
  ["a comma too much", '{\n  "ams": 1,\n}', "Cannot read line 3, column 1: "],
  ["a word", '{\n  "ams": yes\n}', 'Cannot read line 2, column 10: "y" is not JSON here'],
  ["an open string", '{"ams', "Cannot read line 1, column 6: the JSON ends too early"],
  ["two packages", "{}{}", "Cannot read line 1, column 3: Unexpected non-whitespace character"],
  [
    "a cut-off package",
    formatPackage(PACK).slice(0, 50),
    "Cannot read line 4, column 13: the JSON ends",
  ],
  ["an array", "[]", "Cannot use an array: an object is wanted"],
  ["null", "null", "Cannot use null: an object is wanted"],
  ["a number", "7", "Cannot use 7: an object is wanted"],
  ["no version", written({ ams: undefined }), "ams: Cannot do without this key"],
  ["version 2", written({ ams: 2 }), "ams: Cannot read version 2: this AMS reads version 1"],
  ["a later key of version 2", written({ ams: 2, x: 1 }), "ams: Cannot read version 2"],
  ["a version in words", written({ ams: "1" }), 'ams: Cannot use "1": 1 is wanted'],
  ["an unknown key", written({ drm: 1 }), "drm: Cannot use this key"],
  ["a key of every object", written({ constructor: 1 }), "constructor: Cannot use this key"],
  ["__proto__", '{"__proto__":{}}', "__proto__: Cannot use this key"],
  ["a key of two lines", written({ "a\nb": 1 }), '["a\\nb"]: Cannot use this key'],
  ["a misspelt key", written({}, { nmae: "x", name: undefined }), "tracks[1].nmae: Cannot use "],
  ["no duration", written({ segmentDuration: undefined }), "segmentDuration: Cannot do without"],
  ["a short duration", written({ segmentDuration: 0.4 }), "segmentDuration: Cannot use 0.4: "],
  ["a long duration", written({ segmentDuration: 3601 }), "segmentDuration: Cannot use 3601: "],
  ["a duration in words", written({ segmentDuration: "8" }), 'segmentDuration: Cannot use "8": '],
  ["no tracks", written({ tracks: [] }), "tracks: Cannot use an array: at least one track"],
  ["tracks that are none", written({ tracks: {} }), "tracks: Cannot use an object: an array"],
  ["a track that is none", written({ tracks: [[]] }), "tracks[0]: Cannot use an array: an object"],
  ["a thousand tracks and one", written({ tracks: Array(1001).fill(TEXT) }), "tracks: Cannot use "],
  ["no file", written({}, { file: undefined }), "tracks[1].file: Cannot do without this key"],
  ["an empty file", written({}, { file: "" }), 'tracks[1].file: Cannot use "": a path'],
  ["a backslash", written({}, { file: "a\\b" }), 'tracks[1].file: Cannot use "a\\\\b": a path'],
  ["a NUL", written({}, { file: "a\0" }), 'tracks[1].file: Cannot use "a\\u0000": a path'],
  ["track 0", written({}, { track: 0 }), "tracks[1].track: Cannot use 0: an integer from 1 on"],
  ["half a track", written({}, { track: 1.5 }), "tracks[1].track: Cannot use 1.5: an integer"],
  ["no track_ID", written({}, { type: "audio" }), "tracks[1].track: Cannot do without this key"],
  ["a type", written({}, { type: "smell" }), 'tracks[1].type: Cannot use "smell": one of video, '],
  ["two letters", written({}, { language: "fr" }), 'tracks[1].language: Cannot use "fr": three'],
  ["capitals", written({}, { language: "FRA" }), 'tracks[1].language: Cannot use "FRA": three'],
  ["a name twice", written({}, { name: VIDEO.name }), "tracks[1].name: Cannot use "],
  ["the name master", written({}, { name: "master" }), 'tracks[1].name: Cannot use "master": '],
  ["the name ts", written({}, { name: "ts" }), 'tracks[1].name: Cannot use "ts": letters'],
  ["a name with a dot", written({}, { name: "a.b" }), 'tracks[1].name: Cannot use "a.b": letters'],
  ["a name of two lines", written({}, { name: "a\nb" }), 'tracks[1].name: Cannot use "a\\nb": '],
  ["a label of two lines", written({}, { label: "a\nb" }), "tracks[1].label: Cannot use "],
  ["a role", written({}, { role: "subtitles" }), 'tracks[1].role: Cannot use "subtitles": one of'],
  ["a default", written({}, { default: 1 }), "tracks[1].default: Cannot use 1: true or false is"],
  [
    "captions of text",
    written({}, { captions: [CC1] }),
    "tracks[1].captions: Cannot use this key of text",
  ],
  [
    "a channel twice",
    pictures(CC1, { ...CC1, language: "fra" }),
    'tracks[0].captions[1].channel: Cannot use "CC1" twice',
  ],
  [
    "a channel",
    pictures({ ...CC1, channel: "CC5" }),
    'tracks[0].captions[0].channel: Cannot use "CC5": CC1 to CC4',
  ],
  [
    "a key of captions",
    pictures({ ...CC1, x: 1 }),
    "tracks[0].captions[0].x: Cannot use this key: channel, language, label",
  ],
  ["a rate", written({}, { frameRate: "25/0" }), 'tracks[1].frameRate: Cannot use "25/0": a rate'],
  ["a negative rate", written({}, { bandwidth: -1 }), "tracks[1].bandwidth: Cannot use -1: an int"],
  ["a long value", written({}, { type: "x".repeat(1e5) }), "tracks[1].type: Cannot use "],
  ["a value 100,000 deep", written({}).replace("8", deep("[", "]")), "segmentDuration: Cannot use"],
  ["objects 100,000 deep", deep('{"ams":', "}").replace("null", "1"), "ams: Cannot use an object"],
  ["arrays 100,000 deep", deep("[", "]"), "Cannot use an array: an object is wanted"],
  ["brackets 100,000 deep", "[".repeat(1e5), "Cannot read line 1, column 100001: the JSON ends"],
  ["more than a megabyte", " ".repeat(MAX_PACKAGE_SIZE + 1), "Cannot read a package of more than"],
];

function deep(open: string, close: string): string {
  return open.repeat(1e5) + "null" + close.repeat(1e5);
}

for (const [what, text, message] of faults) {
  Deno.test(`parsePackage() refuses ${what}, in one line`, () => {
    const error = assertThrows(() => parsePackage(text), MediaError);
    assert(error.message.startsWith(message), error.message);
    assertEquals(error.code, "PACKAGE_INVALID");
    assertMatch(error.message, /^.{1,400}$/);
  });
}

Deno.test("formatPackage() refuses what parsePackage() would not take back", () => {
  const tracks = Array.from(
    { length: 1001 },
    (_, i) => ({ ...PACK.tracks[0]!, name: `name-${i}` }),
  );
  const error = assertThrows(() => formatPackage({ ...PACK, tracks }), MediaError);
  assertEquals(error.message, "tracks: Cannot use an array: at most 1000 tracks are wanted");
});

Deno.test("formatPackage() leaves indexes out that a package has no room for", () => {
  const index = "0123456789abcdef" + "A".repeat(400_000);
  const tracks = ["one", "two", "three"].map((name) => ({ ...VIDEO, name, index }));
  const fits = { segmentDuration: 8, tracks: tracks.slice(1) };
  assertEquals(parsePackage(formatPackage(fits)), fits);
  const plain = tracks.map(({ index: _, ...track }) => track);
  const written = parsePackage(formatPackage({ segmentDuration: 8, tracks }));
  assertEquals(written, { segmentDuration: 8, tracks: plain });
});
