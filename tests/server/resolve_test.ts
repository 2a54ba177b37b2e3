import { assert, assertEquals, assertThrows } from "@std/assert";
import { buildInit, buildWvttInit } from "../../lib/cmaf/init.ts";
import { planKeyFrame } from "../../lib/cmaf/key_frame.ts";
import { planImage } from "../../lib/cmaf/image.ts";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { planWvttSegment } from "../../lib/cmaf/wvtt.ts";
import { buildMpd } from "../../lib/dash/mpd.ts";
import { planWebvttClip } from "../../lib/dash/webvtt_clip.ts";
import { RequestError } from "../../lib/errors.ts";
import { buildIframePlaylist } from "../../lib/hls/iframe_playlist.ts";
import { buildMediaPlaylist } from "../../lib/hls/media_playlist.ts";
import { planTsSegment } from "../../lib/hls/mpegts_segment.ts";
import { buildMultivariantPlaylist } from "../../lib/hls/multivariant_playlist.ts";
import { planPackedAudio } from "../../lib/hls/packed_audio.ts";
import { planWebvttSegment } from "../../lib/hls/webvtt_segment.ts";
import { planTsKeyFrame } from "../../lib/hls/ts_key_frame.ts";
import { withEtag } from "../../lib/http/compression.ts";
import { IMMUTABLE, type Resource, REVALIDATED } from "../../lib/http/resource.ts";
import { buildChaptersJson } from "../../lib/hls/session_data.ts";
import { buildChaptersVtt } from "../../lib/info/chapters_vtt.ts";
import { buildInfo } from "../../lib/info/info.ts";
import { findKeyFrame } from "../../lib/presentation/key_frames.ts";
import type {
  MediaRendition,
  Presentation,
  SubtitleRendition,
} from "../../lib/presentation/presentation.ts";
import { withPages } from "../../lib/mp4/samples/pages.ts";
import type { Asset } from "../../lib/library/asset.ts";
import { readManifestQuery } from "../../lib/server/manifest_query.ts";
import { resolve } from "../../lib/server/resolve.ts";
import { type AssetRoute, type ManifestRoute, parseRoute } from "../../lib/server/routes.ts";
import { planSmoothFragment } from "../../lib/smooth/fragment.ts";
import { buildSmoothManifest } from "../../lib/smooth/manifest.ts";
import { buildSmoothStreams } from "../../lib/smooth/streams.ts";
import { getPlanSize, type SegmentPlan } from "../../lib/storage/read_plan.ts";
import { select } from "../../lib/selection/select.ts";
import { MOVIE_PACKAGE, testApp } from "./fixture.ts";
import { CLEAR } from "../clear_protection.ts";
import { openAsset } from "../open_asset.ts";

const FILE = "film.json";
const CHAPTERS = [{ start: 0, title: "One" }, { start: 5, title: "Two" }];
const DASH = "application/dash+xml";
const HLS = "application/vnd.apple.mpegurl";
const SMOOTH = "application/vnd.ms-sstr+xml";

interface Film {
  readonly asset: Asset;
  readonly presentation: Presentation;
  readonly video: MediaRendition;
  readonly audio: MediaRendition;
  readonly image: MediaRendition;
  readonly text: SubtitleRendition;
}

function manifest(type: string, text: string): Resource {
  return withEtag(new TextEncoder().encode(text), { file: FILE, type, caching: REVALIDATED });
}

/** @param id what follows the version in the ETag */
function bytes({ presentation }: Film, type: string, id: string, body: Uint8Array): Resource {
  const etag = `"${presentation.version}-${id}"`;
  const resource = { file: FILE, type, etag, caching: IMMUTABLE, size: body.length };
  return { ...resource, body: body as Uint8Array<ArrayBuffer> };
}

function segment({ presentation }: Film, id: string, plan: SegmentPlan): Resource {
  const etag = `"${presentation.version}-${id}"`;
  const resource = { file: FILE, type: plan.type, etag, caching: IMMUTABLE, body: plan };
  return plan.transform ? resource : { ...resource, size: getPlanSize(plan) };
}

type AssetKind = Exclude<AssetRoute["kind"], "live" | "liveTs" | "fragmentInfo">; // of channels

const cases: Record<AssetKind, [path: string, expected: (film: Film) => Resource]> = {
  mpd: [".mpd", ({ presentation }) => manifest(DASH, buildMpd(presentation))],
  mpdWvtt: ["wvtt.mpd", ({ presentation }) => manifest(DASH, buildMpd(presentation, "wvtt"))],
  hls: [
    "master.m3u8",
    ({ presentation }) => manifest(HLS, buildMultivariantPlaylist(presentation, "fmp4")),
  ],
  hlsTs: [
    "ts.m3u8",
    ({ presentation }) => manifest(HLS, buildMultivariantPlaylist(presentation, "ts")),
  ],
  smooth: ["Manifest", ({ presentation }) => manifest(SMOOTH, buildSmoothManifest(presentation))],
  presentationInfo: [
    ".about.json",
    ({ presentation, asset: { downloads } }) =>
      manifest("application/json", buildInfo(presentation, FILE, { downloads })),
  ],
  chaptersJson: [
    "chapters.json",
    ({ presentation }) => manifest("application/json", buildChaptersJson(presentation)),
  ],
  chaptersVtt: [
    "chapters.vtt",
    ({ presentation }) => manifest("text/vtt", buildChaptersVtt(presentation)),
  ],
  media: [
    "audio.m3u8",
    ({ presentation, audio }) => manifest(HLS, buildMediaPlaylist(presentation, audio, "fmp4")),
  ],
  mediaTs: [
    "audio.ts.m3u8",
    ({ presentation, audio }) => manifest(HLS, buildMediaPlaylist(presentation, audio, "ts")),
  ],
  iframes: [
    "video.iframes.m3u8",
    ({ presentation, video }) => manifest(HLS, buildIframePlaylist(presentation, video, "fmp4")),
  ],
  iframesTs: [
    "video.ts.iframes.m3u8",
    ({ presentation, video }) => manifest(HLS, buildIframePlaylist(presentation, video, "ts")),
  ],
  init: [
    "VERSION/video/init.mp4",
    (film) => bytes(film, "video/mp4", "video-init", buildInit(film.video)),
  ],
  wvttInit: [
    "VERSION/text/init.wvtt.mp4",
    (film) => bytes(film, "application/mp4", "text-wvttInit", buildWvttInit(film.text)),
  ],
  text: [
    "VERSION/text/all.vtt",
    (film) => bytes(film, "text/vtt", "text-text", film.text.webvttBytes),
  ],
  cmaf: [
    "VERSION/video/25600.m4s",
    (film) => segment(film, "video-cmaf25600", planCmafSegment(film.video, 1, CLEAR)),
  ],
  keyFrame: [
    "VERSION/video/25600.iframe.m4s",
    (film) => {
      const plan = planKeyFrame(film.video, findKeyFrame(film.video, 25600)!, CLEAR);
      return segment(film, "video-keyFrame25600", plan);
    },
  ],
  keyFrameTs: [
    "VERSION/video/25600.iframe.ts",
    (film) => {
      const plan = planTsKeyFrame(film.video, findKeyFrame(film.video, 25600)!, CLEAR);
      return segment(film, "video-keyFrameTs25600", plan);
    },
  ],
  image: [
    "VERSION/image/0.jpg",
    (film) => segment(film, "image-image0", planImage(film.image, 0, CLEAR)),
  ],
  mpegts: [
    "VERSION/video/25600.ts",
    (film) =>
      segment(
        film,
        "video-mpegts25600",
        planTsSegment(film.presentation, film.video, { index: 1, protection: CLEAR }),
      ),
  ],
  packedAudio: [
    "VERSION/audio/0.aac",
    (film) => segment(film, "audio-packedAudio0", planPackedAudio(film.audio, 0, CLEAR)),
  ],
  webvtt: [
    "VERSION/text/0.vtt",
    (film) => segment(film, "text-webvtt0", planWebvttSegment(film.text, 0, "fmp4")),
  ],
  webvttTs: [
    "VERSION/text/0.ts.vtt",
    (film) => segment(film, "text-webvttTs0", planWebvttSegment(film.text, 0, "ts")),
  ],
  wvtt: [
    "VERSION/text/0.wvtt.m4s",
    (film) => segment(film, "text-wvtt0", planWvttSegment(film.text, 0)),
  ],
  textFrom: [
    "VERSION/text/from-100.vtt",
    (film) => segment(film, "text-textFrom100", planWebvttClip(film.text, 100)),
  ],
  fragment: [
    "VERSION/QualityLevels(BITRATE)/Fragments(video_eng=20000000)",
    (film) => {
      const { stream, bitrate } = getSmoothVideo(film);
      const plan = planSmoothFragment(stream, film.video, { index: 1, protection: CLEAR });
      return segment(film, `${bitrate}-video_eng=20000000`, plan);
    },
  ],
};

function getSmoothVideo({ presentation }: Film) {
  const stream = buildSmoothStreams(presentation).find(({ name }) => name === "video_eng")!;
  return { stream, bitrate: stream.levels[0]!.bitrate };
}

async function withFilm(test: (film: Film) => void): Promise<void> {
  using server = testApp();
  server.files.write(FILE, JSON.stringify({ ...MOVIE_PACKAGE, chapters: CHAPTERS }));
  using asset = await openAsset(server.app.library, FILE);
  const { presentation } = asset;
  const film = {
    asset,
    presentation,
    ...Object.fromEntries(presentation.renditions),
  } as unknown as Film;
  await withPages(() => test(film));
}

/** Parses a path below the package; the type is that of a manifest, since `resolve()` has an overload for each. */
function parseAssetRoute(film: Film, path: string): ManifestRoute {
  const url = path.replace("VERSION", film.presentation.version)
    .replace("BITRATE", `${getSmoothVideo(film).bitrate}`);
  const route = parseRoute(`/${FILE}/${url}`);
  return route as ManifestRoute;
}

/** Functions of plans are equal if they return equal bytes. */
function withoutFunctions(resource: Resource): unknown {
  const { transform, slices, ...plan } = resource.body as SegmentPlan;
  const body = resource.body instanceof Uint8Array ? resource.body : plan;
  return { ...resource, body, functions: [transform, slices].map((value) => typeof value) };
}

for (const [kind, [path, expected]] of Object.entries(cases)) {
  Deno.test(`resolve() resolves ${path}`, () =>
    withFilm((film) => {
      const route = parseAssetRoute(film, path);
      assertEquals(route.kind, kind);
      const resource = resolve(film.asset, route);
      assertEquals(withoutFunctions(resource), withoutFunctions(expected(film)));
    }));
}

Deno.test("resolve() applies queries to manifests only", () =>
  withFilm((film) => {
    const { asset, presentation } = film;
    const query = readManifestQuery("filter=type==%22audio%22", new Set())!;
    const resolveQuery = (path: string) => resolve(asset, parseAssetRoute(film, path), query);
    const selected = select(presentation, query);
    assertEquals(resolveQuery(".mpd"), manifest(DASH, buildMpd(selected)));
    assert(resolveQuery(".mpd").etag !== resolve(asset, parseAssetRoute(film, ".mpd")).etag);
    assertEquals(
      resolve(asset, parseAssetRoute(film, "chapters.vtt"), readManifestQuery("start=6", new Set()))
        .body,
      new TextEncoder().encode("WEBVTT\n\n1\n00:00:00.000 --> 00:00:06.000\nTwo\n"),
    );
    for (const path of [".about.json", "VERSION/video/init.mp4"]) {
      assertEquals(resolveQuery(path), resolve(asset, parseAssetRoute(film, path)));
    }
    const error = assertThrows(() => resolveQuery("video.m3u8"), RequestError);
    assertEquals(
      error.message,
      "Cannot find a rendition 'video' of 'film.json' that the query selects",
    );
  }));

const errors: [path: string, reason: string][] = [
  ["none.m3u8", "a rendition 'none' of 'film.json'"],
  ["audio.iframes.m3u8", "a playlist of key frames of 'audio': its codec is mp4a.40.2"],
  [
    "v000000000/video/0.m4s",
    "version v000000000 of 'film.json': the current version is VERSION, see its manifest",
  ],
  ["VERSION/none/0.m4s", "a rendition 'none' of 'film.json'"],
  ["VERSION/video/1.m4s", "a segment of 'video' in 'film.json' at 1"],
  ["VERSION/audio/0.ac3", "a .ac3 segment of 'audio': its codec is mp4a.40.2"],
  ["VERSION/audio/0.ts", "a .ts segment of 'audio': its codec is mp4a.40.2"],
  ["VERSION/video/1.iframe.m4s", "a key frame of 'video' in 'film.json' at 1"],
  ["VERSION/audio/0.iframe.ts", "a .iframe.ts segment of 'audio': its codec is mp4a.40.2"],
  ["VERSION/image/init.mp4", "init.mp4 of 'image': its codec is jpeg"],
  ["VERSION/video/all.vtt", "all.vtt of 'video': its codec is avc1.640015"],
  ["VERSION/text/from-99999999.vtt", "cues of 'text' in 'film.json' at 99999999"],
  ["VERSION/QualityLevels(1)/Fragments(video_eng=0)", "a bitrate 1 of 'video_eng' in 'film.json'"],
  ["VERSION/QualityLevels(1)/Fragments(none=0)", "a stream 'none' of 'film.json'"],
];

for (const [path, reason] of errors) {
  Deno.test(`resolve() does not find ${path}`, () =>
    withFilm((film) => {
      const route = parseAssetRoute(film, path);
      const error = assertThrows(() => resolve(film.asset, route), RequestError);
      const message = `Cannot find ${reason.replace("VERSION", film.presentation.version)}`;
      assertEquals([error.code, error.message], ["NOT_FOUND", message]);
    }));
}
