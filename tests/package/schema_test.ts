/** Compares schema.json, which editors use, with what parsePackage() accepts. */

import { Ajv2020 } from "ajv/2020";
import { assert, assertEquals } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { formatPackage, parsePackage } from "../../lib/package/package.ts";
import { CHAPTER_KEYS } from "../../lib/package/metadata_schema.ts";
import { KIDS_KEYS, TRACK_KEYS } from "../../lib/package/schema.ts";
import published from "../../lib/package/schema.json" with { type: "json" };

type Json = Record<string, unknown>;

const isValid = new Ajv2020({ strictRequired: false }).compile(published);

function parses(document: unknown): boolean {
  try {
    parsePackage(JSON.stringify(document));
    return true;
  } catch (error) {
    if (error instanceof MediaError) return false;
    throw error;
  }
}

const CAPTIONS: Json = { channel: "CC1", language: "eng", label: "English" };

/** A track with every key. */
const TRACK: Json = {
  file: "a.mp4",
  track: 1,
  type: "video",
  language: "eng",
  name: "video",
  label: "Main",
  role: "main",
  default: true,
  captions: [CAPTIONS],
  codec: "avc1.64001F",
  bandwidth: 2,
  averageBandwidth: 1,
  width: 16,
  height: 9,
  frameRate: "25",
  openGop: true,
  channels: 2,
  sampleRate: 48000,
  index: "0123456789abcdefAAAA",
};

const CHAPTER: Json = { start: 1.5, title: "One" };

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

/** A source with every key. */
const SOURCE: Json = { file: "a.mp4", size: 5, digest: DIGEST, etag: '"a-1"', content: DIGEST };

const PACK: Json = {
  ams: 1,
  title: "Film",
  description: "A film.\nIn two acts.",
  poster: "art/poster.jpg",
  chapters: [CHAPTER],
  segmentDuration: 8,
  sources: [SOURCE],
  tracks: [TRACK],
};

const KID = "75794092-4434-8559-bd33-c5716f3ba359";

const PROTECTION: Json = { scheme: "cbcs", source: "house", content: "heat", kids: { all: KID } };

const { scheme, source, content } = PROTECTION;

/** Valid and invalid values of all keys, mostly at limits. */
// deno-fmt-ignore
const VALUES: unknown[] = [
  null, true, false, {}, [], [TRACK], [[]], [null], Array(1001).fill(TRACK),
  -1, 0, 0.4, 0.5, 1, 1.5, 2, 3600, 3600.5, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 1e300,
  "", " ", "1", "25", "0", "25/0", "30000/1001", "30000/", "25.5", "a", "eng", "en", "ENG", "engl", "eng\n", "pt-BR",
  "pt_BR", "zh-Hant-TW", "es-419", "yue", "xyz", "und", "en-", "x-a", "x", "i-x", "a1", "ca-valencia", "en-a-bc-x-d", "en-us-latn",
  `en-x${"-a".repeat(48)}`, `en-x${"-a".repeat(49)}`,
  "master", "ts", "index", "indexes", "masters", "tsx", "a.b", "a=b", "a b", "é", "a\nb", "a\u007Fb", "a\0b", "a\\b", "../a", "/a",
  "avc1.64001F", "video", "audio", "text", "image", "main", "subtitle", "forced", "forced-subtitle", "captions",
  "0123456789abcdefAAAA", "0123456789abcdefAA+/A/==", "0123456789abcdefAAA", "0123456789abcdef", "0123456789abcdegAAAA",
  "cbcs", "cenc", "aes-128", "cens", "a-1", "A-1", "a_1", "a".repeat(40), "a".repeat(41), "a.b:c_d-E", ":a", "a".repeat(128), "a".repeat(129),
  KID, KID.toUpperCase(), KID.replaceAll("-", ""), `{${KID}}`, PROTECTION, { scheme, source, content }, { all: KID }, { audio: KID, x: KID },
  "a/../b.png", "..", "a/..", "a/..b", "..a", "./a", "a\tb", "é".repeat(500), "é".repeat(501), "\u{1F600}".repeat(500), "a".repeat(2000), "a".repeat(2001),
  315_360_000, 315_360_001, [CHAPTER], Array(1000).fill({ start: 0, title: "" }), [{ start: 0, title: "a", end: 1 }], [{ title: "a" }],
  "CC1", "CC4", "CC0", "CC5", "cc1", "SERVICE1", "SERVICE63", "SERVICE0", "SERVICE64", "SERVICE01", CAPTIONS, [CAPTIONS],
  '"a"', '""', 'W/"a"', '"a', '"a"b"', '"a b"', '"a\n"', '"\\"', '"é"', DIGEST, DIGEST.toUpperCase(), `${DIGEST}0`, DIGEST.slice(0, -1),
];

Deno.test("schema.json and parsePackage() know the same keys of a track", () => {
  assertEquals(Object.keys(published.$defs.track.properties), TRACK_KEYS);
  assertEquals(Object.keys(TRACK), TRACK_KEYS);
});

Deno.test("schema.json accepts what formatPackage() writes", () => {
  const text = formatPackage(parsePackage(JSON.stringify(PACK)));
  assertEquals([isValid(JSON.parse(text)), JSON.parse(text)], [true, PACK]);
});

for (const key of Object.keys(PACK)) {
  Deno.test(`schema.json and parsePackage() agree on every value of ${key}`, () => {
    agree([without(PACK, key), ...VALUES.map((value) => ({ ...PACK, [key]: value }))]);
  });
}

for (const key of Object.keys(CHAPTER)) {
  Deno.test(`schema.json and parsePackage() agree on every value of a chapter's ${key}`, () => {
    const chapters = [
      without(CHAPTER, key),
      ...VALUES.map((value) => ({ ...CHAPTER, [key]: value })),
    ];
    agree(chapters.map((chapter) => ({ ...PACK, chapters: [chapter] })));
  });
}

Deno.test("schema.json and parsePackage() know the same keys of a package and a chapter", () => {
  const { properties, $defs } = published;
  assertEquals(
    Object.keys(properties).filter((key) => Object.hasOwn(PACK, key)),
    Object.keys(PACK),
  );
  assertEquals(Object.keys($defs.chapter.properties), CHAPTER_KEYS);
  assertEquals(Object.keys(CHAPTER), CHAPTER_KEYS);
});

for (const key of Object.keys(SOURCE).slice(1)) { // the file has to be that of a track
  Deno.test(`schema.json and parsePackage() agree on every value of a source's ${key}`, () => {
    const sources = [
      without(SOURCE, key),
      ...VALUES.map((value) => ({ ...SOURCE, [key]: value })),
    ];
    agree(sources.map((source) => ({ ...PACK, sources: [source] })));
  });
}

for (const key of Object.keys(TRACK)) {
  Deno.test(`schema.json and parsePackage() agree on every value of a track's ${key}`, () => {
    const tracks = [without(TRACK, key), ...VALUES.map((value) => ({ ...TRACK, [key]: value }))];
    agree(tracks.map((track) => ({ ...PACK, tracks: [track] })));
  });
}

for (const key of Object.keys(CAPTIONS)) {
  Deno.test(`schema.json and parsePackage() agree on every value of captions' ${key}`, () => {
    const captions = [
      without(CAPTIONS, key),
      ...VALUES.map((value) => ({ ...CAPTIONS, [key]: value })),
    ];
    agree(captions.map((caption) => ({ ...PACK, tracks: [{ ...TRACK, captions: [caption] }] })));
  });
}

for (const key of Object.keys(PROTECTION)) {
  Deno.test(`schema.json and parsePackage() agree on every value of protection's ${key}`, () => {
    const values = [
      without(PROTECTION, key),
      ...VALUES.map((value) => ({ ...PROTECTION, [key]: value })),
    ];
    agree(values.map((protection) => ({ ...PACK, protection })));
  });
}

for (const key of KIDS_KEYS) {
  Deno.test(`schema.json and parsePackage() agree on every value of the KID ${key}`, () => {
    const kids = VALUES.map((value) => ({ [key]: value }));
    agree(kids.map((kids) => ({ ...PACK, protection: { ...PROTECTION, kids } })));
  });
}

Deno.test("schema.json and parsePackage() agree on all sets of labels in each scheme", () => {
  assertEquals(Object.keys(published.$defs.protection.properties.kids.properties), KIDS_KEYS);
  const sets = Array.from({ length: 2 ** KIDS_KEYS.length }, (_, bits) => {
    const labels = KIDS_KEYS.filter((_, i) => bits & 1 << i);
    return Object.fromEntries(labels.map((label) => [label, KID]));
  });
  for (const scheme of ["cbcs", "cenc", "aes-128"]) {
    agree(sets.map((kids) => ({ ...PACK, protection: { ...PROTECTION, scheme, kids } })));
  }
  agree([
    { ...PACK, protection: { scheme, source, content } },
    { ...PACK, protection: { scheme: "aes-128", source, content } },
  ]);
});

Deno.test("schema.json and parsePackage() agree on captions of other types, and on unknown keys", () => {
  const captions = [{ ...CAPTIONS, x: 1 }, CAPTIONS];
  agree(captions.map((caption) => ({ ...PACK, tracks: [{ ...TRACK, captions: [caption] }] })));
  const types = ["video", "audio", "text", "image"];
  agree(types.map((type) => ({ ...PACK, tracks: [{ ...TRACK, type }] })));
});

Deno.test("schema.json and parsePackage() agree on other values, and on subtitle files without a track_ID", () => {
  const text = { file: "a.vtt", type: "text", language: "fra", name: "caption" };
  const [ok, unknown] = [{ ...PACK, tracks: [text] }, { ...PACK, tracks: [{ ...text, x: 1 }] }];
  agree([...VALUES, ok, unknown, { ...PACK, x: 1 }]);
});

/** Asserts equal verdicts on all documents, and that both verdicts occur. */
function agree(documents: readonly unknown[]): void {
  const verdicts = new Set<boolean>();
  for (const document of documents) {
    const verdict = parses(document);
    assertEquals(isValid(document), verdict, JSON.stringify(document).slice(0, 200));
    verdicts.add(verdict);
  }
  assert(verdicts.size === 2, "all verdicts are the same");
}

function without(object: Json, key: string): Json {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}
