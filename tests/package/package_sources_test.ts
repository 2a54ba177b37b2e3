import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { formatPackage, type Package, parsePackage } from "../../lib/package/package.ts";

const VIDEO = { file: "video.mp4", track: 1, type: "video", language: "en", name: "v" } as const;
const TEXT = { file: "sub.fr.vtt", type: "text", language: "fr", name: "t" } as const;

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

function write(change: object): string {
  return JSON.stringify({ ams: 1, segmentDuration: 8, tracks: [VIDEO, TEXT], ...change });
}

function writeSources(...changes: Record<string, unknown>[]): string {
  return write({
    sources: changes.map((change) => ({ file: TEXT.file, content: DIGEST, ...change })),
  });
}

Deno.test("formatPackage() writes the revision and the digests of files before the tracks", () => {
  const sources = [{ file: VIDEO.file, content: DIGEST }, { file: TEXT.file, content: DIGEST }];
  const pack: Package = { segmentDuration: 8, revision: 3, sources, tracks: [VIDEO, TEXT] };
  const text = formatPackage(pack);
  assertEquals(parsePackage(text), pack);
  assertEquals(Object.keys(JSON.parse(text)), [
    ...["ams", "segmentDuration", "revision", "sources", "tracks"],
  ]);
});

Deno.test("parsePackage() accepts what amspackager wrote of a file whose tracks were removed by hand", () => {
  const sources = [{ file: "audio.mp4", size: 5, digest: DIGEST, etag: '"a-1"' }];
  const pack: Package = { segmentDuration: 8, sources, tracks: [VIDEO] };
  assertEquals(parsePackage(formatPackage(pack)), pack);
});

const invalid: [what: string, text: string, message: string][] = [
  [
    "a revision that is no integer",
    write({ revision: 1.5 }),
    "revision: Cannot use 1.5: expected an integer",
  ],
  [
    "a negative revision",
    write({ revision: -1 }),
    "revision: Cannot use -1: expected an integer of at least 0",
  ],
  [
    "sources that are no array",
    write({ sources: {} }),
    "sources: Cannot use an object: expected an array",
  ],
  [
    "a digest in upper case",
    writeSources({ content: DIGEST.toUpperCase() }),
    'sources[0].content: Cannot use "SHA256',
  ],
  [
    "a short digest",
    writeSources({ content: DIGEST.slice(0, -1) }),
    "64 digits 0-9a-f",
  ],
  [
    "a negative size",
    writeSources({ size: -1 }),
    "sources[0].size: Cannot use -1: expected an integer of at least 0",
  ],
  [
    "a digest of slices of another algorithm",
    writeSources({ digest: "md5:00" }),
    'sources[0].digest: Cannot use "md5:00": expected "sha256:" and 64 digits 0-9a-f',
  ],
  [
    "a weak entity tag",
    writeSources({ etag: 'W/"1"' }),
    "sources[0].etag: Cannot use",
  ],
  [
    "an entity tag with a control character",
    writeSources({ etag: '"1\n"' }),
    "expected a strong entity tag in quotes",
  ],
  [
    "an unknown key of a source",
    writeSources({ hash: "" }),
    "sources[0].hash: Cannot use this key: expected one of file, size, digest, etag, content",
  ],
  ["two digests of a file", writeSources({}, {}), 'sources[1].file: Cannot use "sub.fr.vtt" twice'],
  [
    "a digest of no track's file",
    writeSources({ file: "a" }),
    'sources[0].file: Cannot use "a": expected the file of a track',
  ],
];

for (const [what, text, message] of invalid) {
  Deno.test(`parsePackage() refuses ${what}`, () => {
    const error = assertThrows(() => parsePackage(text), MediaError, message);
    assertEquals(error.code, "PACKAGE_INVALID");
  });
}
