import { assert, assertEquals, assertNotMatch } from "@std/assert";
import { buildBroadcastPlaylist } from "../../lib/hls/live.ts";
import { buildBroadcastMultivariantPlaylist } from "../../lib/hls/live_variants.ts";
import type { Broadcast } from "../../lib/presentation/broadcast.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { findTags } from "../../lib/verify/readers/playlist.ts";
import { getMedia } from "../archive/recorded_asset.ts";
import {
  createBroadcast,
  createPeriod,
  recordPresentation,
} from "../archive/recorded_broadcast.ts";
import { findAttributes, readStrictPlaylist } from "../m3u8.ts";
import { hlsParser, parseM3u8 } from "./parsed_playlists.ts";

/** Six segments of 2 s. */
const ladder = await recordPresentation(
  ...["ladder-avc-240p.mp4", "ladder-avc-360p.mp4", "ladder-aac-eng.mp4"],
);
const [video, other, audio] = [...ladder.renditions.keys()] as [string, string, string];
const videos = [video, other];

const live = createBroadcast([
  createPeriod(ladder, { number: 7, isOver: true }),
  createPeriod(ladder, { number: 8, start: 20 }),
], { window: 60 });

const getUrls = (text: string) => readStrictPlaylist(text).uris.map(({ uri }) => uri);

Deno.test("buildBroadcastMultivariantPlaylist() names the playlists of the window while it is live", () => {
  const text = buildBroadcastMultivariantPlaylist(live, "fmp4");
  const { uris, tags } = readStrictPlaylist(text);
  assertEquals(
    uris.map(({ uri }) => uri).sort(),
    [...ladder.renditions.keys()].filter((name) => name !== audio).map((name) =>
      `${name}.live.m3u8`
    ).sort(),
  );
  assertEquals(findAttributes({ tags }, "EXT-X-MEDIA")[0]!["URI"], `${audio}.live.m3u8`);
  assertNotMatch(text, /INDEPENDENT|I-FRAME/);
  const over = buildBroadcastMultivariantPlaylist({ ...live, isLive: false }, "fmp4");
  assertEquals(
    over.replaceAll(/#EXT-X-(I-FRAME|INDEPENDENT).*\n/g, ""),
    text.replaceAll(".live.m3u8", ".m3u8"),
  );
});

Deno.test("buildBroadcastMultivariantPlaylist() names the playlists of MPEG-TS", () => {
  const live8 = buildBroadcastMultivariantPlaylist(live, "ts");
  const over = buildBroadcastMultivariantPlaylist({ ...live, isLive: false }, "ts");
  assertEquals(getUrls(live8).every((url) => url.endsWith(".live.ts.m3u8")), true);
  assertEquals(
    over.replaceAll(/#EXT-X-(I-FRAME|INDEPENDENT).*\n/g, ""),
    live8.replaceAll(".live.ts.m3u8", ".ts.m3u8"),
  );
});

Deno.test("buildBroadcastMultivariantPlaylist() names key frames of a broadcast that is over", () => {
  const over: Broadcast = { ...live, isLive: false };
  for (const [format, suffix] of [["fmp4", ".iframes.m3u8"], ["ts", ".ts.iframes.m3u8"]] as const) {
    const { tags } = readStrictPlaylist(buildBroadcastMultivariantPlaylist(over, format));
    const iframes = findAttributes({ tags }, "EXT-X-I-FRAME-STREAM-INF");
    assertEquals(iframes.map(({ URI }) => URI!).sort(), videos.map((name) => name + suffix).sort());
    assertEquals(findTags({ tags }, "EXT-X-INDEPENDENT-SEGMENTS").length, 1);
  }
});

/** Replaces properties of the renditions in a presentation. */
function change(
  presentation: Presentation,
  getChanges: (rendition: MediaRendition) => Partial<MediaRendition>,
): Presentation {
  const renditions = new Map(
    getMedia(presentation).map((one) => [one.name, { ...one, ...getChanges(one) }]),
  );
  const sets = presentation.sets.map((set) => ({
    ...set,
    renditions: set.renditions.map(({ name }) => renditions.get(name)!),
  }));
  return { ...presentation, renditions, sets };
}

Deno.test("buildBroadcastMultivariantPlaylist() declares codecs and the greatest peak of all periods", () => {
  const before = change(ladder, ({ bandwidth, description }) => ({
    bandwidth: 10 * bandwidth,
    description: { ...description, codec: `${description.codec}.old` },
  }));
  const variants = (first: Presentation) => {
    const periods = [
      createPeriod(first, { isOver: true }),
      createPeriod(ladder, { number: 2, start: 20 }),
    ];
    const text = buildBroadcastMultivariantPlaylist(createBroadcast(periods), "fmp4");
    return readStrictPlaylist(text).uris.map((uri) => findAttributes(uri, "EXT-X-STREAM-INF")[0]!);
  };
  const [one, two] = [variants(ladder), variants(before)];
  for (const [i, { BANDWIDTH, CODECS }] of one.entries()) {
    const [video, audio] = CODECS!.split(",");
    assertEquals(two[i]!["BANDWIDTH"], `${10 * Number(BANDWIDTH)}`);
    assertEquals(two[i]!["CODECS"], `${video}.old,${video},${audio}.old,${audio}`);
    assertEquals(two[i]!["AVERAGE-BANDWIDTH"], one[i]!["AVERAGE-BANDWIDTH"]);
  }
});

Deno.test("m3u8-parser and hls-parser read playlists of channels, live and over", () => {
  for (const isLive of [true, false]) {
    const broadcast: Broadcast = { ...live, isLive };
    for (const format of ["fmp4", "ts"] as const) {
      const text = buildBroadcastMultivariantPlaylist(broadcast, format);
      assertEquals(parseM3u8<Manifest>(text).playlists!.length, 2);
      assert(hlsParser.parse(text).isMasterPlaylist);
      const options = { format, isWindow: isLive };
      for (const name of [video, audio]) {
        const media = buildBroadcastPlaylist(broadcast, name, options);
        const one = parseM3u8<Manifest>(media);
        const count = readStrictPlaylist(media).uris.length;
        assert(count > 10);
        assertEquals([one.segments!.length, one.endList], [count, isLive ? undefined : true]);
        assertEquals([one.discontinuitySequence, one.discontinuityStarts], [7, [6]]);
        const other = hlsParser.parse(media);
        assert(!other.isMasterPlaylist);
        assertEquals([other.segments.length, other.endlist], [count, !isLive]);
        assertEquals(other.segments.filter(({ discontinuity }) => discontinuity).length, 1);
      }
    }
  }
});

interface Manifest {
  playlists?: unknown[];
  segments?: unknown[];
  discontinuitySequence?: number;
  discontinuityStarts?: number[];
  endList?: boolean;
}
