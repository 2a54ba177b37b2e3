/** Formats of subtitles in each manifest, for packages with one or several subtitle tracks. */

import type { OpenPresentation } from "./open_presentation.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { MediaError } from "../lib/errors.ts";
import { buildMpd } from "../lib/dash/mpd.ts";
import type { DashTextFormat } from "../lib/dash/text.ts";
import { describeUnsupportedInHls } from "../lib/hls/support.ts";
import { buildMediaPlaylist } from "../lib/hls/media_playlist.ts";
import { buildMultivariantPlaylist } from "../lib/hls/multivariant_playlist.ts";
import { buildSmoothManifest } from "../lib/smooth/manifest.ts";
import { openInputs } from "./open_presentation.ts";
import type { Presentation, SubtitleRendition } from "../lib/presentation/presentation.ts";
import { select } from "../lib/selection/select.ts";
import { describeUnsupportedInSmooth } from "../lib/smooth/streams.ts";
import { describeUnsupportedInTs } from "../lib/hls/mpegts_support.ts";
import { planWvttSegment } from "../lib/cmaf/wvtt.ts";
import { openFile } from "../lib/storage/local/file.ts";
import { memorySource } from "./mp4/movie_file.ts";
import { readMpd } from "./mpd.ts";
import { buildProgressiveMovie, stppEntry } from "./subtitle_movie.ts";
import { getSubtitleFile, VIDEO_FILE } from "./subtitle_files.ts";

const TESTDATA = new URL("../testdata/", import.meta.url).pathname;

/** TTML of a profile that HLS does not support, and TTML images. */
const IMAGE =
  `<tt xmlns="http://www.w3.org/ns/ttml" xmlns:smpte="http://www.smpte-ra.org/schemas/2052-1/2010/smpte-tt">` +
  `<body><div><div smpte:backgroundImage="#a" begin="0s" end="1s"/></div></body></tt>`;
const PLAIN =
  `<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p end="1s">x</p></div></body></tt>`;
const OWN: Record<string, Uint8Array> = {
  "plain.mp4": stpp(PLAIN),
  "image.mp4": stpp(IMAGE),
};

function stpp(document: string, ...durations: number[]): Uint8Array {
  const bytes = new TextEncoder().encode(document);
  const samples = (durations.length > 0 ? durations : [6000])
    .map((duration) => ({ duration, bytes }));
  return buildProgressiveMovie({ handler: "subt", entry: stppEntry(), samples });
}

function open(...subtitles: string[]): Promise<OpenPresentation> {
  const inputs = [VIDEO_FILE, ...subtitles].map((file) => ({ file }));
  return openInputs(inputs, {
    segmentDuration: 2,
    open: (file) =>
      file === VIDEO_FILE
        ? openFile(TESTDATA + file, file)
        : memorySource(OWN[file] ?? getSubtitleFile(file), file).source,
  });
}

/** MIME type and codecs of the subtitles of an MPD. */
function offered(presentation: Presentation, text?: DashTextFormat): string[] {
  return readMpd(buildMpd(presentation, text), "http://ams/a/.mpd").slice(1).map((
    { mimeType, codecs },
  ) => codecs ? `${mimeType} ${codecs}` : mimeType);
}

const dash: [subtitles: string[], vtt: string[], wvtt: string[]][] = [
  [["cues.en.srt"], ["text/vtt"], ["application/mp4 wvtt"]],
  [["wvtt.mp4"], ["text/vtt"], ["application/mp4 wvtt"]],
  [["stpp.mp4"], ["application/mp4 stpp.ttml.im1t"], ["application/mp4 wvtt"]],
  [["plain.mp4"], ["application/mp4 stpp"], ["application/mp4 wvtt"]],
  [["image.mp4"], ["application/mp4 stpp"], ["application/mp4 stpp"]],
  [["tx3g.mp4", "stpp.mp4"], ["text/vtt", "application/mp4 stpp.ttml.im1t"], [
    "application/mp4 wvtt",
    "application/mp4 wvtt",
  ]],
];

for (const [subtitles, vtt, wvtt] of dash) {
  Deno.test(`buildMpd() has ${subtitles.join(" and ")} in one format each`, async () => {
    const presentation = await open(...subtitles);
    presentation.close();
    assertEquals([offered(presentation), offered(presentation, "wvtt")], [vtt, wvtt]);
  });
}

/** Returns whether HLS serves subtitles as TTML, and their number. */
const hls: [subtitles: string[], documents: boolean, count: number][] = [
  [["cues.en.srt"], false, 1],
  [["stpp.mp4"], true, 1],
  [["stpp.mp4", "stpp-fragments.mp4"], true, 2],
  [["stpp.mp4", "cues.en.srt"], false, 2],
  [["plain.mp4"], false, 1],
  [["image.mp4"], false, 0],
];

for (const [subtitles, documents, count] of hls) {
  Deno.test(`buildMultivariantPlaylist() has ${subtitles.join(" and ")} as ${documents ? "IMSC1" : "WebVTT"}`, async () => {
    const presentation = await open(...subtitles);
    presentation.close();
    const main = buildMultivariantPlaylist(presentation, "fmp4");
    assertEquals(main.includes("stpp.ttml.im1t"), documents);
    assertEquals(main.match(/TYPE=SUBTITLES/g)?.length ?? 0, count);
    assert(!buildMultivariantPlaylist(presentation, "ts").includes("stpp"));
    const text = [...presentation.renditions.values()].find(({ type }) => type === "text")!;
    const playlist = buildMediaPlaylist(presentation, text, "fmp4");
    assertEquals(playlist.includes("#EXT-X-MAP"), documents);
    if (documents) assertStringIncludes(playlist, "#EXT-X-TARGETDURATION:2\n");
  });
}

Deno.test("HLS and Smooth Streaming omit TTML images and report it", async () => {
  const presentation = await open("image.mp4");
  presentation.close();
  assert(!buildSmoothManifest(presentation).includes("TTML"));
  assertEquals(
    [describeUnsupportedInHls, describeUnsupportedInTs, describeUnsupportedInSmooth].map((note) =>
      note(presentation)
    ),
    [
      "HLS omits unsupported renditions: caption_und",
      "MPEG-TS omits unsupported renditions: caption_und",
      "Smooth Streaming omits unsupported renditions: caption_und",
    ],
  );
});

Deno.test("buildMpd() declares the bandwidth of wvtt", async () => {
  const presentation = await open("cues.en.srt");
  presentation.close();
  const text = [...presentation.renditions.values()].at(-1) as SubtitleRendition;
  const rates = Array.from(text.times.subarray(1), (end, i) => {
    const seconds = (end - text.times[i]!) / text.timescale;
    return planWvttSegment(text, i).header.length * 8 / seconds;
  });
  assertStringIncludes(
    buildMpd(presentation, "wvtt"),
    `codecs="wvtt" bandwidth="${Math.ceil(Math.max(...rates))}"`,
  );
});

Deno.test("buildMpd() rejects wvtt of too many simultaneous cues, and names the file", async () => {
  const cues = Array.from(
    { length: 3000 },
    (_, i) => `00:00.${String(i % 1000).padStart(3, "0")} --> 00:09.000\n${"x".repeat(20)}`,
  );
  OWN["many.vtt"] = new TextEncoder().encode(`WEBVTT\n\n${cues.join("\n\n")}`);
  const presentation = await open("many.vtt");
  presentation.close();
  assertThrows(() => buildMpd(presentation, "wvtt"), MediaError, "many.vtt: Cannot write wvtt");
  assertEquals(offered(presentation), ["text/vtt"]);
});

/** `presentationTimeOffset` and segment times of the subtitles of a clip, in seconds. */
const clips: [text: string, format: DashTextFormat, starts: number[]][] = [
  ["cues.en.srt", "wvtt", [2.002, 4.004]],
  ["stpp.mp4", "vtt", [2, 4]],
];

for (const [text, format, starts] of clips) {
  Deno.test(`buildMpd() has a clip of ${text} from its start, as ${format}`, async () => {
    const whole = await open(text);
    whole.close();
    const clip = select(whole, { start: 2.5, mediaQuery: "?token=$", playlistQuery: "" });
    const manifest = buildMpd(clip, format);
    const { segments, timescale, init } = readMpd(manifest, "http://ams/a/.mpd").at(-1)!;
    assertEquals(segments.map(({ time }) => time / timescale), starts);
    assert(init.endsWith("?token=$"), init);
    const [, offset] = /contentType="text"[^]*presentationTimeOffset="(\d+)"/.exec(manifest)!;
    assertEquals(Number(offset) / timescale, 2.002);
  });
}

Deno.test("buildMediaPlaylist() numbers the documents of a clip as in the whole presentation", async () => {
  const whole = await open("stpp.mp4");
  whole.close();
  const clip = select(whole, { start: 2.5, mediaQuery: "?token=1", playlistQuery: "" });
  const text = [...clip.renditions.values()].at(-1)!;
  const playlist = buildMediaPlaylist(clip, text, "fmp4");
  assertStringIncludes(playlist, "#EXT-X-MEDIA-SEQUENCE:1\n");
  assertStringIncludes(playlist, `/init.mp4?token=1"`);
  assertStringIncludes(playlist, "#EXTINF:2.000000,\n");
  assertStringIncludes(playlist, "/2000.m4s?token=1\n");
});

const buffers: [subtitles: string, text: DashTextFormat, minBufferTime: string][] = [
  ["ten.mp4", "vtt", "PT3S"],
  ["long.mp4", "vtt", "PT30S"],
  ["long.mp4", "wvtt", "PT2.002S"],
  ["cues.en.srt", "vtt", "PT2.002S"],
];

OWN["ten.mp4"] = stpp(IMAGE, 1000, 3000, 2000);
OWN["long.mp4"] = stpp(IMAGE.replaceAll("smpte:backgroundImage", "x"), 100_000);

for (const [subtitles, text, minBufferTime] of buffers) {
  Deno.test(`buildMpd() has minBufferTime ${minBufferTime} with ${subtitles} as ${text}`, async () => {
    const presentation = await open(subtitles);
    presentation.close();
    assertStringIncludes(buildMpd(presentation, text), `minBufferTime="${minBufferTime}"`);
  });
}

Deno.test("buildMpd() declares a bandwidth at which a long document is received in time", async () => {
  const presentation = await open("long.mp4");
  presentation.close();
  const text = [...presentation.renditions.values()].at(-1) as SubtitleRendition;
  const bandwidth = Math.ceil(text.stpp!.timeline.bytes[0]! * 8 / 30);
  assertStringIncludes(buildMpd(presentation), `codecs="stpp" bandwidth="${bandwidth}"`);
});

Deno.test("manifests list TTML to the end of the presentation", async () => {
  OWN["short.mp4"] = buildProgressiveMovie({
    handler: "subt",
    entry: stppEntry("application/ttml+xml;codecs=im1t"),
    samples: [{ duration: 4004, bytes: new TextEncoder().encode(PLAIN) }],
  });
  const presentation = await open("short.mp4");
  presentation.close();
  const { segments, timescale } = readMpd(buildMpd(presentation), "http://ams/a/.mpd").at(-1)!;
  assertEquals(segments.map(({ time }) => time / timescale), [0, 4.004]);
  const text = [...presentation.renditions.values()].at(-1)!;
  const playlist = buildMediaPlaylist(presentation, text, "fmp4");
  assertEquals(playlist.match(/#EXTINF:[\d.]+/g), ["#EXTINF:4.004000", "#EXTINF:2.002000"]);
});
