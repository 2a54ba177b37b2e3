/** The tables of docs/urls.md list every URL, and `ams` responds as they declare. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { CODECS } from "../lib/codecs/mod.ts";
import type { Presentation } from "../lib/presentation/presentation.ts";
import { buildSmoothStreams, describeUnsupportedInSmooth } from "../lib/smooth/streams.ts";
import { describeUnsupportedInTs } from "../lib/hls/mpegts_support.ts";
import * as cmaf from "../lib/cmaf/routes.ts";
import * as dash from "../lib/dash/routes.ts";
import { keyUrl } from "../lib/drm/routes.ts";
import { ARTWORK_URLS } from "../lib/info/routes.ts";
import * as hls from "../lib/hls/routes.ts";
import { type ManifestKind, manifestUrl, parseRoute, ROUTES } from "../lib/server/routes.ts";
import { fragmentUrl } from "../lib/smooth/routes.ts";
import { codeSpans, documentText, tableRows } from "./documents.ts";
import { type TestApp, testApp } from "./server/fixture.ts";
import { getSubtitleFile } from "./subtitle_files.ts";
import { openAsset } from "./open_asset.ts";

const TESTDATA = fromFileUrl(new URL("../testdata/", import.meta.url));

const ROWS = tableRows(documentText("docs/urls.md"))
  .filter(([, patterns]) => /<pkg>|<directory>/.test(patterns!));
const PATTERNS = ROWS.flatMap(([, patterns]) => codeSpans(patterns!));

/** The type requires every kind. */
const MANIFESTS: Record<ManifestKind, true> = {
  mpd: true,
  mpdWvtt: true,
  hls: true,
  hlsTs: true,
  smooth: true,
};

/** URLs that routes.ts of the protocols builds, with the placeholders of the table. */
function builtUrls(): string[] {
  const of = ["<version>", "<rendition>"] as const;
  const at = "<time>";
  const manifests = (Object.keys(MANIFESTS) as ManifestKind[]).map((kind) =>
    manifestUrl("pkg", kind).replace("/pkg/", "")
  );
  const extensions = CODECS.flatMap(({ mpegTs }) =>
    mpegTs?.packed ? [mpegTs.packed.extension] : []
  );
  const timed = [
    ...["ts", ...extensions].map((extension) => hls.tsSegmentUrl(...of, { time: 0, extension })),
    ...(["fmp4", "ts"] as const).map((format) => hls.webvttSegmentUrl(...of, { time: 0, format })),
    dash.webvttClipUrl(...of, 0),
  ].map((url) => url.replace(/(?<=[/-])0\./, `${at}.`));
  return [
    ...manifests,
    hls.playlistUrl("<rendition>", "fmp4"),
    hls.playlistUrl("<rendition>", "ts"),
    hls.iframePlaylistUrl("<rendition>", "fmp4"),
    hls.iframePlaylistUrl("<rendition>", "ts"),
    cmaf.initUrl(...of),
    cmaf.webvttUrl(...of),
    cmaf.wvttInitUrl(...of),
    cmaf.wvttSegmentUrl(...of, at),
    cmaf.segmentUrl(...of, at),
    cmaf.keyFrameUrl(...of, at),
    hls.tsKeyFrameUrl(...of, at),
    cmaf.imageUrl(...of, at),
    cmaf.numberedImageUrl(...of, { duration: 1, number: 0 }).replace("1x0", "<duration>x<number>"),
    ...timed,
    keyUrl("<kid>"),
    dash.CLOCK_URL,
    hls.CHAPTERS_JSON_URL,
    ...Object.values(ARTWORK_URLS),
    fragmentUrl("<version>", { bitrate: "<bitrate>", stream: "<stream>", time: at }),
  ].map((url) => `<pkg>/${url}`);
}

Deno.test("docs/urls.md has every URL that AMS builds", () => {
  assertEquals(builtUrls().filter((url) => !PATTERNS.includes(url)), []);
});

const EXAMPLES: Record<string, string> = {
  "<pkg>": "/a.json",
  "<directory>": "/a",
  "<version>": "v0",
  "<rendition>": "a",
  "<time>": "0",
  "<duration>": "1",
  "<number>": "0",
  "<stream>": "a",
  "<bitrate>": "1",
  "<kid>": "09e36702-8f33-436c-a5dd-60ffe6671e70",
};

Deno.test("docs/urls.md has a URL for every kind of route", () => {
  const kinds = [ROUTES.pages, ROUTES.services, ROUTES.manifests, ROUTES.media].flat().map((
    { kind },
  ) => kind);
  const documented = PATTERNS.map((pattern) =>
    parseRoute(pattern.replace(/<\w+>/g, (name) => EXAMPLES[name]!)).kind
  );
  assert(new Set(kinds).size >= 15, `only ${kinds} found`);
  assertEquals([...new Set(documented)].sort(), [...new Set([...kinds, "file"])].sort());
});

/** Tracks of every type and every codec of packed audio; neither MPEG-TS nor Smooth Streaming supports Opus. */
const TRACKS = [
  { file: "ladder-avc-240p.mp4", type: "video", name: "video", track: 1 },
  { file: "ladder-aac-eng.mp4", type: "audio", name: "aac", track: 1 },
  { file: "tone-ac3-surround.mp4", type: "audio", name: "ac3", track: 1 },
  { file: "tone-eac3-surround.mp4", type: "audio", name: "eac3", track: 1 },
  { file: "tone-mp3-stereo.mp4", type: "audio", name: "mp3", track: 1 },
  { file: "tone-opus-stereo.mp4", type: "audio", name: "opus", track: 1 },
  { file: "ladder-mjpeg-thumbs.mp4", type: "image", name: "image", track: 1 },
  { file: "ladder-vtt-eng.vtt", type: "text", name: "text" },
];

/** TTML in MP4, of which testdata/ has no file. */
const STPP = { file: "stpp.mp4", type: "text", name: "stpp", track: 1 };

/** A directory with the first two files, which last as long as each other. */
const TOGETHER = "together";

function stageOfAll(): TestApp {
  const all = testApp();
  const tracks = [...TRACKS, STPP].map((track) => ({ ...track, language: "eng" }));
  for (const { file } of TRACKS) Deno.copyFileSync(join(TESTDATA, file), join(all.root, file));
  Deno.writeFileSync(join(all.root, STPP.file), getSubtitleFile(STPP.file));
  const chapters = [{ start: 0, title: "One" }];
  const text = JSON.stringify({ ams: 1, chapters, segmentDuration: 2, tracks });
  Deno.writeTextFileSync(join(all.root, "all.json"), text);
  Deno.mkdirSync(join(all.root, TOGETHER));
  for (const { file } of TRACKS.slice(0, 2)) {
    Deno.copyFileSync(join(TESTDATA, file), join(all.root, TOGETHER, file));
  }
  return all;
}

/** Paths that match a pattern: one per rendition, or per quality level. */
function fillPattern(pattern: string, presentation: Presentation): string[] {
  const fill = (values: Record<string, string | number>) =>
    pattern.replace(/<(\w+)>/g, (whole, name) => String(values[name] ?? whole));
  const same = { pkg: "/all.json", directory: `/${TOGETHER}`, version: presentation.version };
  if (pattern.includes("<stream>")) {
    return buildSmoothStreams(presentation).flatMap(({ name: stream, levels, times }) =>
      levels.map(({ bitrate }) => fill({ ...same, stream, bitrate, time: times[0]! }))
    );
  }
  return [...presentation.renditions.values()].map((rendition) => {
    const { times } = rendition.type === "text" ? rendition : rendition.timeline;
    const duration = times[1]! - times[0]!;
    return fill({ ...same, rendition: rendition.name, time: times[0]!, duration, number: 0 });
  });
}

const CACHING: Record<string, string> = {
  "no-cache": "revalidated",
  "public, max-age=31536000, immutable": "immutable",
};

/** Content types and caching of all responses to a pattern. */
async function fetchAll(pattern: string, all: TestApp, presentation: Presentation) {
  const responses = new Set<string>();
  const caching = new Set<string>();
  for (const path of fillPattern(pattern, presentation)) {
    const response = await all.request(`GET ${path}`, { accept: "text/html, */*" });
    await response.body?.cancel();
    if (response.status !== 200) continue;
    responses.add(response.headers.get("content-type")!);
    caching.add(CACHING[response.headers.get("cache-control")!] ?? "unknown");
  }
  return { types: [...responses], caching: [...caching] };
}

/**
 * tests/server/licence_test.ts requests keys, channel_handler_test.ts what channels alone have, artwork_handler_test.ts images that a
 * package names.
 */
const hasOwnTest = ([what, patterns, , caching]: readonly string[]) =>
  ["never stored", "a second"].includes(caching!) || what!.endsWith("of a channel") ||
  Object.values(ARTWORK_URLS).some((url) => patterns === `\`<pkg>/${url}\``);

for (const [what, patterns, types, caching] of ROWS.filter((row) => !hasOwnTest(row))) {
  for (const pattern of codeSpans(patterns!)) {
    Deno.test(`docs/urls.md describes the response of ${pattern}: ${what}`, async () => {
      using all = stageOfAll();
      using asset = await openAsset(all.app.library, "all.json");
      const responses = await fetchAll(pattern, all, asset.presentation);
      assertEquals(responses.types.sort(), codeSpans(types!).sort());
      assertEquals(responses.caching, [caching]);
    });
  }
}

Deno.test("docs/codecs.md shows the log lines of unsupported renditions", async () => {
  using all = stageOfAll();
  using asset = await openAsset(all.app.library, "all.json");
  for (
    const note of [
      describeUnsupportedInTs(asset.presentation),
      describeUnsupportedInSmooth(asset.presentation),
    ]
  ) {
    const [sentence] = /^.+ omits unsupported renditions: /.exec(note) ?? [];
    assert(sentence, note);
    assertStringIncludes(documentText("docs/codecs.md"), ` all.json: ${sentence}`);
  }
});
