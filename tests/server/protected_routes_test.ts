/** Walks the rows of every routes.ts: a protected asset sends no clear audio or video, under any URL. */

import { assert, assertEquals, assertGreater } from "@std/assert";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { RequestError } from "../../lib/errors.ts";
import { DerivedValues } from "../../lib/presentation/derived_values.ts";
import { listKeyFrames } from "../../lib/presentation/key_frames.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { resolve } from "../../lib/server/resolve.ts";
import { parseRoute, ROUTES, type VersionedRoute } from "../../lib/server/routes.ts";
import { buildSmoothStreams } from "../../lib/smooth/streams.ts";
import { readPlan, type SegmentPlan, toSampleRanges } from "../../lib/storage/read_plan.ts";
import { CLEAR } from "../clear_protection.ts";
import { openProtected, type ProtectionOptions } from "../protected_presentations.ts";

type Outcome = "encrypted" | "404" | "clear";

/**
 * What audio and video of a protected asset have under the media URLs of each kind: in `cenc` with PlayReady, `cbcs` and `aes-128`. An
 * init segment has no samples. A new kind of URL fails until it is decided here.
 */
const MEDIA_KINDS: Record<string, readonly [cenc: Outcome, cbcs: Outcome, aes128: Outcome]> = {
  init: ["clear", "clear", "clear"],
  cmaf: ["encrypted", "encrypted", "encrypted"],
  keyFrame: ["encrypted", "encrypted", "encrypted"],
  mpegts: ["404", "404", "encrypted"],
  keyFrameTs: ["404", "404", "encrypted"],
  packedAudio: ["404", "404", "encrypted"],
  fragment: ["encrypted", "404", "404"],
  fragmentInfo: ["404", "404", "404"],
  image: ["404", "404", "404"],
  text: ["404", "404", "404"],
  textFrom: ["404", "404", "404"],
  webvtt: ["404", "404", "404"],
  webvttTs: ["404", "404", "404"],
  wvttInit: ["404", "404", "404"],
  wvtt: ["404", "404", "404"],
};

/** Rows without samples: manifests, pages, descriptions and keys. */
const OTHER_KINDS = new Set([
  ...["mpd", "mpdWvtt", "hls", "hlsTs", "media", "mediaTs", "iframes", "iframesTs", "smooth"],
  ...["live", "liveTs", "clock"],
  ...["presentationInfo", "page", "info", "uiAsset", "health", "oembed", "accessCheck"],
  ...["license", "key", "chaptersJson", "chaptersVtt", "poster", "thumbnail"],
]);

Deno.test("every row of every routes.ts is decided", () => {
  const { media, ...others } = ROUTES;
  const kinds = new Set(media.map(({ kind }) => kind));
  assertEquals([...kinds].sort(), Object.keys(MEDIA_KINDS).sort());
  const rest = Object.values(others).flat().map(({ kind }) => kind);
  assertEquals(rest.filter((kind) => !OTHER_KINDS.has(kind)), []);
});

const FILES = ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4", "ladder-vtt-eng.vtt"];

const OPTIONS: readonly ProtectionOptions[] = [
  { scheme: "cenc" },
  { scheme: "cbcs" },
  { scheme: "aes-128" },
];

const NO_BUFFER = new Uint8Array(0);

/** Reads the first encrypted block of each slice, tile or audio frame. */
async function readSecrets(
  { source, track, codec, encryption }: MediaRendition,
): Promise<string[]> {
  const { samples } = track;
  const { offsets, sizes } = samples.readSamples(0, samples.count);
  const ranges = toSampleRanges(source, { offsets, sizes });
  const bytes = await readPlan({ type: "", header: NO_BUFFER, ranges }, NO_BUFFER);
  const find = codec.protection === "samples" ? undefined : codec.protection!(track.entries[0]!);
  const secrets: string[] = [];
  let at = 0;
  for (const size of sizes) {
    const sample = bytes.subarray(at, at += size);
    for (const { start, end } of find ? find(sample) : [{ start: 0, end: size }]) {
      const first = encryption!.scheme === "cenc"
        ? end - 16 * Math.floor((end - start) / 16)
        : start;
      if (end - first >= 64) secrets.push(toText(sample.subarray(first, first + 16)));
    }
  }
  return secrets;
}

function toText(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

function* listPaths(presentation: Presentation, rendition: MediaRendition) {
  const { name } = rendition;
  const derived = new DerivedValues(presentation);
  const [, keyFrame] = listKeyFrames(rendition);
  const clear = { ...presentation, protection: undefined } as unknown as Presentation;
  const streams = buildSmoothStreams(clear, new DerivedValues(clear));
  const stream = streams.find(({ levels }) =>
    levels.some((level) => level.rendition.name === name)
  )!;
  for (const { kind, pattern } of ROUTES.media) {
    const time = kind.startsWith("keyFrame") ? keyFrame!.time : rendition.timeline.times[1]!;
    for (const extension of pattern.includes("<extension>") ? ["aac", "ac3", "ec3", "mp3"] : [""]) {
      const path = pattern.replace("<rendition>", name)
        .replace("<time>", `${kind === "fragment" ? stream.times[1] : time}`)
        .replace("<duration>x<number>", `${time}x1`).replace("<extension>", extension)
        .replace("<stream>", stream.name)
        .replace("<bitrate>", `${stream.levels[0]!.bitrate}`);
      assert(!path.includes("<"), path);
      yield { kind, extension, path: `/heat.json/${presentation.version}/${path}`, derived };
    }
  }
}

async function fetchMedia(
  asset: { presentation: Presentation; derived: DerivedValues },
  path: string,
): Promise<Uint8Array | RequestError> {
  const route = parseRoute(path) as VersionedRoute;
  try {
    const { body } = resolve({ ...asset, updatedAt: 0 } as never, route as never) as {
      body: Uint8Array | SegmentPlan;
    };
    return body instanceof Uint8Array ? body : await readPlan(body, NO_BUFFER);
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
}

for (const [i, options] of OPTIONS.entries()) {
  Deno.test(`resolve() sends no clear media of an asset in ${options.scheme}`, async () => {
    const presentation = await openProtected(FILES, options);
    using _ = { [Symbol.dispose]: () => presentation.close() };
    for (const rendition of presentation.renditions.values()) {
      if (rendition.type === "text") continue;
      const secrets = await readSecrets(rendition);
      assertGreater(secrets.length, 50);
      const clear = toText(await readPlan(planCmafSegment(rendition, 1, CLEAR), NO_BUFFER));
      assertGreater(secrets.filter((secret) => clear.includes(secret)).length, 10);
      for (const { kind, extension, path, derived } of listPaths(presentation, rendition)) {
        const got = await fetchMedia({ presentation, derived }, path);
        const isOther = kind.startsWith("keyFrame") || kind === "mpegts"
          ? rendition.type === "audio"
          : kind === "packedAudio" && (rendition.type === "video" || extension !== "aac");
        const expected = isOther ? "404" : MEDIA_KINDS[kind]![i];
        if (got instanceof RequestError) {
          assertEquals([expected, got.status], ["404", 404], path);
          const isProtected = MEDIA_KINDS[kind]![i] === "404" &&
            MEDIA_KINDS[kind]!.some((it) => it === "encrypted");
          if (isProtected && !isOther) assert(got.message.includes("protected"), got.message);
          continue;
        }
        assert(expected !== "404", `${path} is served`);
        const text = toText(got);
        assertEquals(secrets.filter((secret) => text.includes(secret)).length, 0, path);
      }
    }
  });
}
