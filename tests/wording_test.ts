/** Rules of CONTRIBUTING.md on language and documents. Each test also checks that its rule finds a sample violation. */

import { assertEquals } from "@std/assert";
import { type Files, readFiles, ROOT } from "./source_tree.ts";

/** Words for which the field has a standard term. */
const FORBIDDEN = new RegExp(
  [
    String
      .raw`\b(sounds?|pictures?|anew|parted by|given out|gives? out|reckoned|whoever|wishes)\b`,
    String.raw`\b(glance|told|ours|nobody|so lately|up to, not with|defect in AMS)\b`,
    String.raw`\b(MOST|LEAST|LARGEST|LONGEST)_[A-Z]`,
  ].join("|"),
  "gi",
);

/** Files that may use a forbidden word in its technical sense: the word, and what it means there. */
const CODED_PICTURE = { words: /^pictures?$/i, reason: "coded pictures (14496-10, 23008-2)" };
const ALLOWED: Record<string, { words: RegExp; reason: string }> = {
  "docs/embedding.md": { words: /picture/, reason: "the name of a browser feature" },
  "lib/server/oembed.ts": { words: /picture/, reason: "the name of a browser feature" },
  "lib/ui/embed_snippets.js": { words: /picture/, reason: "the name of a browser feature" },
  "lib/codecs/codec.ts": CODED_PICTURE,
  "lib/codecs/nal/avc_pps.ts": CODED_PICTURE,
  "lib/codecs/nal/avc_slice_header.ts": CODED_PICTURE,
  "lib/codecs/nal/avc_sps.ts": CODED_PICTURE,
  "lib/codecs/nal/hevc_pps.ts": CODED_PICTURE,
  "lib/codecs/nal/hevc_reference_set.ts": CODED_PICTURE,
  "lib/codecs/nal/hevc_slice_header.ts": CODED_PICTURE,
  "lib/codecs/nal/hevc_sps.ts": CODED_PICTURE,
  "docs/package-format.md": { words: /^sound$/, reason: "Apple's describes-music-and-sound" },
  "lib/hls/renditions.ts": { words: /^sound$/, reason: "Apple's describes-music-and-sound" },
  "lib/verify/manifests/hls_members.ts": {
    words: /^sound$/,
    reason: "Apple's describes-music-and-sound",
  },
  "lib/input/muxer_name.ts": { words: /^sound$/i, reason: "names in hdlr" },
  "lib/mp4/mdia.ts": { words: /^Sound$/, reason: "the name in hdlr, which clients receive" },
  "lib/ui/box_fields_movie.js": { words: /^Sound$/, reason: "Sound Media Header (smhd)" },
  "lib/ui/player_keys.js": { words: /^picture$/, reason: "picture-in-picture (W3C)" },
};

const DOCUMENTED = /^lib\/.*\.(ts|js|html|css|json)$|^docs\/.*\.md$|^(README|CONTRIBUTING)\.md$/;

function findForbidden(files: Files): string[] {
  return [...files].flatMap(([path, text]) =>
    text.split("\n").flatMap((line, i) =>
      [...line.matchAll(FORBIDDEN)].map(([word]) => word)
        .filter((word) => !ALLOWED[path]?.words.test(word))
        .map((word) => `${path}:${i + 1}: ${word}`)
    )
  );
}

Deno.test("code and documents use the field's standard terms", async () => {
  assertEquals(findForbidden(await readFiles(DOCUMENTED)), []);
  const lines =
    "Sounds and pictures, parted by commas.\nconst MOST_FILES = 1;\nconst MAX_FILES = 2;";
  assertEquals(findForbidden(new Map([["lib/a.ts", lines]])), [
    "lib/a.ts:1: Sounds",
    "lib/a.ts:1: pictures",
    "lib/a.ts:1: parted by",
    "lib/a.ts:2: MOST_F",
  ]);
});

Deno.test("every exception from the standard terms is still needed", async () => {
  const files = await readFiles(DOCUMENTED);
  const needless = Object.entries(ALLOWED).filter(([path, { words }]) =>
    !(files.get(path) ?? "").match(FORBIDDEN)?.some((word) => words.test(word))
  );
  assertEquals(needless.map(([path]) => path), []);
});

/** Doc comments that need the one before them to be understood. */
function findDependentComments(files: Files): string[] {
  return [...files].flatMap(([path, text]) =>
    [...text.matchAll(/\/\*\*\s+(?:\* )?((?:Of|The same|So|And|Those|It)\b[^\n]*)/g)]
      .map(([, sentence]) => `${path}: ${sentence}`)
  );
}

Deno.test("doc comments stand alone", async () => {
  assertEquals(findDependentComments(await readFiles(/^lib\/.*\.(ts|js)$/)), []);
  const comments = "/** Of each track. */\n/**\n * So is the size.\n */\n/** Itself a box. */";
  assertEquals(findDependentComments(new Map([["lib/a.ts", comments]])).length, 2);
});

/** Documents that a text names and that do not exist, as paths from the root or from the file. */
function findMissingDocuments(files: Files, exists: (path: string) => boolean): string[] {
  return [...files].flatMap(([path, text]) =>
    [...text.matchAll(/(?<![\w./-])[\w./-]*\w\.md\b|\bDESIGN\b/g)].map(([name]) => name)
      .filter((name) => {
        const relative = new URL(name, `file:///${path}`).pathname.slice(1);
        return !exists(name) && !exists(relative);
      })
      .map((name) => `${path} cites ${name}`)
  );
}

Deno.test("every document that a comment cites exists", async () => {
  const exists = (path: string) => {
    try {
      return Deno.statSync(ROOT + path).isFile;
    } catch {
      return false;
    }
  };
  const files = await readFiles(
    /^(lib|testdata|deploy|\.github)\/.*\.(ts|js|json|sh|conf|ya?ml|html)$|^(main|packager|compile)\.ts$/,
  );
  assertEquals(findMissingDocuments(files, exists), []);
  const text = "See docs/urls.md and (DESIGN §4), docs/none.md.";
  assertEquals(findMissingDocuments(new Map([["lib/a.ts", text]]), (path) => /urls/.test(path)), [
    "lib/a.ts cites DESIGN",
    "lib/a.ts cites docs/none.md",
  ]);
});

const LENGTHS: [document: string, lines: number][] = [["README.md", 160], ["CONTRIBUTING.md", 150]];

for (const [document, lines] of LENGTHS) {
  Deno.test(`${document} has at most ${lines} lines`, async () => {
    const text = await Deno.readTextFile(ROOT + document);
    assertEquals(text.trimEnd().split("\n").length <= lines, true);
  });
}
