/** The tables of docs/urls.md have every URL that lib/url/ knows, and `ams` responds as they declare. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { CODECS } from "../lib/codecs/mod.ts";
import type { Presentation } from "../lib/presentation/presentation.ts";
import { buildSmoothStreams, unsupportedInSmooth } from "../lib/smooth/streams.ts";
import { unsupportedInTs } from "../lib/hls/mpegts_support.ts";
import * as cmaf from "../lib/cmaf/routes.ts";
import * as dash from "../lib/dash/routes.ts";
import * as hls from "../lib/hls/routes.ts";
import { type ManifestKind, manifestUrl, parseRoute, ROUTES } from "../lib/server/routes.ts";
import { fragmentUrl } from "../lib/smooth/routes.ts";
import { codeSpans, documentText, tableRows } from "./documents.ts";
import { type TestApp, testApp } from "./server/fixture.ts";
import { getSubtitleFile } from "./subtitle_files.ts";

const TESTDATA = fromFileUrl(new URL("../testdata/", import.meta.url));

const ROWS = tableRows(documentText("docs/urls.md"))
  .filter(([, forms]) => /<pkg>|<directory>/.test(forms!));
const FORMS = ROWS.flatMap(([, forms]) => codeSpans(forms!));

/** Every kind, or the compiler complains. */
const MANIFESTS: Record<ManifestKind, true> = {
  mpd: true,
  mpdWvtt: true,
  hls: true,
  hlsTs: true,
  smooth: true,
};

/** URLs that the protocols' routes.ts build, with the placeholders of the table. */
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
    hls.iframePlaylistUrl("<rendition>"),
    cmaf.initUrl(...of),
    cmaf.webvttUrl(...of),
    cmaf.wvttInitUrl(...of),
    cmaf.wvttSegmentUrl(...of, at),
    cmaf.segmentUrl(...of, at),
    cmaf.imageUrl(...of, at),
    ...timed,
    fragmentUrl("<version>", { bitrate: "<bitrate>", stream: "<stream>", time: at }),
  ].map((url) => `<pkg>/${url}`);
}

Deno.test("docs/urls.md has every URL that AMS builds", () => {
  assertEquals(builtUrls().filter((url) => !FORMS.includes(url)), []);
});

const EXAMPLES: Record<string, string> = {
  "<pkg>": "/a.json",
  "<directory>": "/a",
  "<version>": "v0",
  "<rendition>": "a",
  "<time>": "0",
  "<stream>": "a",
  "<bitrate>": "1",
};

Deno.test("docs/urls.md has a URL for every kind of route", () => {
  const kinds = [ROUTES.pages, ROUTES.manifests, ROUTES.media].flat().map(({ kind }) => kind);
  const documented = FORMS.map((form) =>
    parseRoute(form.replace(/<\w+>/g, (name) => EXAMPLES[name]!)).kind
  );
  assert(new Set(kinds).size >= 15, `only ${kinds} found`);
  assertEquals([...new Set(documented)].sort(), [...new Set([...kinds, "file"])].sort());
});

/** Of every type, and of every codec that packed audio carries; Opus goes into neither MPEG-TS nor Smooth Streaming. */
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

/** TTML in MP4, which no file of testdata/ has. */
const STPP = { file: "stpp.mp4", type: "text", name: "stpp", track: 1 };

function stageOfAll(): TestApp {
  const all = testApp();
  const tracks = [...TRACKS, STPP].map((track) => ({ ...track, language: "eng" }));
  for (const { file } of TRACKS) Deno.copyFileSync(join(TESTDATA, file), join(all.root, file));
  Deno.writeFileSync(join(all.root, STPP.file), getSubtitleFile(STPP.file));
  const text = JSON.stringify({ ams: 1, segmentDuration: 2, tracks });
  Deno.writeTextFileSync(join(all.root, "all.json"), text);
  return all;
}

/** What a form may mean in a presentation: one path a rendition, or a quality level. */
function pathsOf(form: string, presentation: Presentation): string[] {
  const fill = (values: Record<string, string | number>) =>
    form.replace(/<(\w+)>/g, (whole, name) => String(values[name] ?? whole));
  const same = { pkg: "/all.json", directory: "", version: presentation.version };
  if (form.includes("<stream>")) {
    return buildSmoothStreams(presentation).flatMap(({ name: stream, levels, times }) =>
      levels.map(({ bitrate }) => fill({ ...same, stream, bitrate, time: times[0]! }))
    );
  }
  return [...presentation.renditions.values()].map((rendition) => {
    const { times } = rendition.type === "text" ? rendition : rendition.timeline;
    return fill({ ...same, rendition: rendition.name, time: times[0]! });
  });
}

const CACHING: Record<string, string> = {
  "no-cache": "revalidated",
  "public, max-age=31536000, immutable": "immutable",
};

/** Content type and caching of all that is answered under a form. */
async function answersOf(form: string, all: TestApp, presentation: Presentation) {
  const answers = new Set<string>();
  const caching = new Set<string>();
  for (const path of pathsOf(form, presentation)) {
    const response = await all.request(`GET ${path}`, { accept: "text/html, */*" });
    await response.body?.cancel();
    if (response.status !== 200) continue;
    answers.add(response.headers.get("content-type")!);
    caching.add(CACHING[response.headers.get("cache-control")!] ?? "unknown");
  }
  return { types: [...answers], caching: [...caching] };
}

for (const [what, forms, types, caching] of ROWS) {
  for (const form of codeSpans(forms!)) {
    Deno.test(`docs/urls.md describes the response of ${form}: ${what}`, async () => {
      using all = stageOfAll();
      using title = await all.app.library.open("all.json");
      const answers = await answersOf(form, all, title.presentation);
      assertEquals(answers.types.sort(), codeSpans(types!).sort());
      assertEquals(answers.caching, [caching]);
    });
  }
}

Deno.test("docs/codecs.md shows the lines that name what a protocol leaves out", async () => {
  using all = stageOfAll();
  using title = await all.app.library.open("all.json");
  for (
    const note of [unsupportedInTs(title.presentation), unsupportedInSmooth(title.presentation)]
  ) {
    const [sentence] = /^.+ omits unsupported renditions: /.exec(note) ?? [];
    assert(sentence, note);
    assertStringIncludes(documentText("docs/codecs.md"), ` all.json: ${sentence}`);
  }
});
