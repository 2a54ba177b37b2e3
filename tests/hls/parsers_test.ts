/** m3u8-parser and hls-parser read every playlist without warnings, and find the renditions of the presentation. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { countSegments } from "../../lib/presentation/segment_timeline.ts";
import { listKeyFrames } from "../../lib/presentation/key_frames.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
} from "../../lib/presentation/presentation.ts";
import { buildPlaylists, type MediaPlaylist } from "../playlists.ts";
import { openSample, PRESENTATION_NAMES } from "../sample_presentations.ts";
import { hlsParser, parseM3u8 } from "./parsed_playlists.ts";

/** Presentations without anything that MPEG-TS supports have no such playlist. */
const formats = (presentation: Presentation) =>
  [...presentation.renditions.values()].some((one) =>
      (one.type === "video" || one.type === "audio") && one.codec.mpegTs
    )
    ? ["fmp4", "ts"] as const
    : ["fmp4"] as const;

function segments(rendition: Rendition): number {
  return rendition.type === "text" ? rendition.times.length - 1 : countSegments(rendition.timeline);
}

interface Manifest {
  segments?: { duration: number; uri: string; map?: { uri: string }; byterange?: unknown }[];
  playlists?: { uri: string; attributes: Record<string, unknown> }[];
  iFramePlaylists?: { uri: string }[];
  mediaGroups?: Record<"AUDIO" | "SUBTITLES", Record<string, Record<string, { uri: string }>>>;
  targetDuration?: number;
  endList?: boolean;
  version?: number;
  iFramesOnly?: boolean;
}

for (const name of PRESENTATION_NAMES) {
  Deno.test(`m3u8-parser and hls-parser read every playlist of ${name}`, async () => {
    const presentation = await openSample(name);
    try {
      for (const format of formats(presentation)) {
        const { text, multivariant, media } = buildPlaylists(presentation, format);
        const variants = multivariant.uris.map(({ uri }) => uri);
        checkMain(text, variants, [...media.values()]);
        for (const playlist of media.values()) checkMedia(playlist);
      }
    } finally {
      presentation.close();
    }
  });
}

function checkMain(text: string, variants: string[], media: readonly MediaPlaylist[]): void {
  const iframes = media.filter(({ kind }) => kind.startsWith("iframes")).map(({ uri }) => uri);
  const one = parseM3u8<Manifest>(text);
  assertEquals(one.playlists!.map(({ uri }) => uri), variants);
  assertEquals((one.iFramePlaylists ?? []).map(({ uri }) => uri), iframes);
  const other = hlsParser.parse(text);
  assert(other.isMasterPlaylist);
  assertEquals(
    other.variants.map(({ uri, isIFrameOnly }) => ({ uri, isIFrameOnly: !!isIFrameOnly })),
    [
      ...variants.map((uri) => ({ uri, isIFrameOnly: false })),
      ...iframes.map((uri) => ({ uri, isIFrameOnly: true })),
    ],
  );
  for (const { audio, subtitles } of other.variants) {
    for (const group of [audio, subtitles]) {
      const uris = group.flatMap(({ uri }) => uri ?? []); // a variant may contain its audio
      assert(uris.every((uri) => media.some((playlist) => playlist.uri === uri)));
    }
  }
}

function checkMedia({ text, rendition, uri, kind }: MediaPlaylist): void {
  const count = kind.startsWith("iframes")
    ? listKeyFrames(rendition as MediaRendition).length
    : segments(rendition);
  const one = parseM3u8<Manifest>(text);
  assertEquals(one.segments!.length, count, uri);
  assertEquals(one.endList, true);
  const other = hlsParser.parse(text);
  assert(!other.isMasterPlaylist);
  assertEquals([other.segments.length, other.endlist, other.playlistType], [count, true, "VOD"]);
  assertEquals(other.segments.map((segment) => segment.uri), one.segments!.map((s) => s.uri));
  assertEquals(
    other.segments.map(({ duration }) => duration),
    one.segments!.map((s) => s.duration),
  );
  assertEquals(other.targetDuration, one.targetDuration);
  assertEquals(other.version, one.version);
  assertEquals(other.segments[0]!.map?.uri, one.segments![0]!.map?.uri);
}

Deno.test("m3u8-parser and hls-parser reject invalid playlists", async () => {
  const presentation = await openSample("one video");
  const [{ text }] = [...buildPlaylists(presentation, "fmp4").media.values()] as [MediaPlaylist];
  presentation.close();
  const broken = text.replace("TARGETDURATION:2", "TARGETDURATION:1");
  assertThrows(() => hlsParser.parse(broken), Error, "EXTINF");
  assertThrows(() => parseM3u8<Manifest>(text.replace("TARGETDURATION:2", "TARGETDURATION:x")));
});
