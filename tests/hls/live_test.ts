import {
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertThrows,
} from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { buildBroadcastIframePlaylist, buildBroadcastPlaylist } from "../../lib/hls/live.ts";
import type { Broadcast, BroadcastPeriod } from "../../lib/presentation/broadcast.ts";
import {
  createBroadcast,
  createPeriod,
  recordPresentation,
  selectSegments,
} from "../archive/recorded_broadcast.ts";
import { getMedia } from "../archive/recorded_asset.ts";
import { findKeyFrame } from "../../lib/presentation/key_frames.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { getDurations, readStrictPlaylist } from "../m3u8.ts";

/** Six segments of 2 s. */
const ladder = await recordPresentation(
  ...["ladder-avc-240p.mp4", "ladder-avc-360p.mp4", "ladder-aac-eng.mp4"],
);
const [video, , audio] = [...ladder.renditions.keys()] as [string, string, string];

const live = createBroadcast([
  createPeriod(selectSegments(ladder, { first: 4, end: 6 }), { number: 7, isOver: true }),
  createPeriod(selectSegments(ladder, { first: 0, end: 2 }), { number: 8, start: 20.0625 }),
], { window: 60 });

const WINDOW = { format: "fmp4", isWindow: true } as const;

const withoutVersion = (text: string) => text.replaceAll(ladder.version, "v");

Deno.test("buildBroadcastPlaylist() lists the window with numbers of the channel", () => {
  assertEquals(
    withoutVersion(buildBroadcastPlaylist(live, video, WINDOW)),
    `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:700
#EXT-X-DISCONTINUITY-SEQUENCE:7
#EXT-X-MAP:URI="v/${video}/init.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-30T00:53:28.123Z
#EXTINF:2.000000,
v/${video}/102400.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-30T00:53:30.123Z
#EXTINF:2.021328,
v/${video}/128000.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="v/${video}/init.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-30T00:53:40.186Z
#EXTINF:2.000000,
v/${video}/0.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-30T00:53:42.186Z
#EXTINF:2.000000,
v/${video}/25600.m4s
`,
  );
});

const getUrls = (text: string) => readStrictPlaylist(text).uris.map(({ uri }) => uri);

const getTag = (text: string, name: string) => text.match(new RegExp(`^#${name}:(.*)$`, "m"))?.[1];

Deno.test("buildBroadcastPlaylist() of the window only gets EXT-X-ENDLIST when the broadcast is over", () => {
  const [first, last] = live.periods;
  const periods = [
    first!,
    createPeriod(last!.presentation, { number: 8, start: 20.0625, isOver: true }),
  ];
  const over: Broadcast = { ...live, isLive: false, periods };
  for (const name of [video, audio]) {
    for (const format of ["fmp4", "ts"] as const) {
      const options = { format, isWindow: true };
      assertEquals(
        buildBroadcastPlaylist(over, name, options),
        `${buildBroadcastPlaylist(live, name, options)}#EXT-X-ENDLIST\n`,
      );
    }
  }
});

Deno.test("buildBroadcastPlaylist() of a whole broadcast is VOD once it is over", () => {
  const whole = { format: "fmp4", isWindow: false } as const;
  const over: Broadcast = { ...live, isLive: false };
  const text = buildBroadcastPlaylist(over, video, whole);
  assertEquals(getTag(text, "EXT-X-PLAYLIST-TYPE"), "VOD");
  assertEquals(getTag(text, "EXT-X-MEDIA-SEQUENCE"), "700");
  assertEquals(getTag(text, "EXT-X-DISCONTINUITY-SEQUENCE"), "7");
  assertMatch(text, /\n#EXT-X-ENDLIST\n$/);
  assertThrows(
    () => buildBroadcastPlaylist(live, video, whole),
    RequestError,
    `Cannot find a playlist of the whole broadcast while it is live, expected '${video}.live.m3u8'`,
  );
});

Deno.test("buildBroadcastPlaylist() dates a segment as before when the window slides", () => {
  for (const name of [video, audio]) {
    const dates = [0, 1, 2, 3, 4, 5].map((first) => {
      const period = createPeriod(selectSegments(ladder, { first, end: 6 }));
      return Date.parse(
        getTag(
          buildBroadcastPlaylist(createBroadcast([period]), name, WINDOW),
          "EXT-X-PROGRAM-DATE-TIME",
        )!,
      );
    });
    const all = buildBroadcastPlaylist(createBroadcast([createPeriod(ladder)]), name, WINDOW);
    let date = dates[0]!;
    for (const [i, duration] of getDurations(readStrictPlaylist(all)).entries()) {
      assertAlmostEquals(dates[i]!, date, 1);
      date += 1000 * duration;
    }
  }
});

Deno.test("buildBroadcastPlaylist() lists segments of MPEG-TS when their audio is there", () => {
  const count = (periods: BroadcastPeriod[]) =>
    getUrls(
      buildBroadcastPlaylist(createBroadcast(periods), video, { format: "ts", isWindow: true }),
    ).length;
  const late = (end: number) => {
    const span = { first: 0, end };
    return selectSegments(selectSegments(ladder, span), { first: 0, end: end - 1 }, [audio]);
  };
  assertEquals(count([createPeriod(late(4))]), 3);
  const over = createPeriod(late(4), { isOver: true });
  assertEquals(count([over]), 4);
  assertEquals(count([over, createPeriod(late(2), { number: 2, start: 20 })]), 4 + 1);
});

Deno.test("buildBroadcastPlaylist() lists packed audio", () => {
  const broadcast = createBroadcast([createPeriod(ladder)]);
  const text = buildBroadcastPlaylist(broadcast, audio, { format: "ts", isWindow: true });
  assertMatch(getUrls(text)[0]!, /\/0\.aac$/);
  assertNotMatch(text, /EXT-X-MAP/);
});

for (const name of ["other", ""]) {
  Deno.test(`buildBroadcastPlaylist() has no rendition '${name}'`, () => {
    assertThrows(
      () => buildBroadcastPlaylist(live, name, WINDOW),
      RequestError,
      `Cannot find a playlist of rendition '${name}'`,
    );
  });
}

Deno.test("buildBroadcastIframePlaylist() lists the first frame of each segment that starts with a key frame", () => {
  const forced = withoutKeyFrame(ladder, 1);
  const periods = [
    createPeriod(selectSegments(ladder, { first: 4, end: 6 }), { number: 7, isOver: true }),
    createPeriod(forced, { number: 8, start: 20, isOver: true }),
  ];
  const text = buildBroadcastIframePlaylist(
    createBroadcast(periods, { isLive: false }),
    video,
    "fmp4",
  );
  assertEquals(
    withoutVersion(text),
    `#EXTM3U
#EXT-X-VERSION:5
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:700
#EXT-X-DISCONTINUITY-SEQUENCE:7
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-I-FRAMES-ONLY
#EXT-X-MAP:URI="v/${video}/init.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-30T00:53:28.123Z
#EXTINF:2.000000,
v/${video}/102400.iframe.m4s
#EXTINF:2.000000,
v/${video}/128000.iframe.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="v/${video}/init.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-30T00:53:40.123Z
#EXTINF:4.000000,
v/${video}/0.iframe.m4s
#EXTINF:2.000000,
v/${video}/51200.iframe.m4s
#EXTINF:2.000000,
v/${video}/76800.iframe.m4s
#EXTINF:2.000000,
v/${video}/102400.iframe.m4s
#EXTINF:2.000000,
v/${video}/128000.iframe.m4s
#EXT-X-ENDLIST
`,
  );
  const rendition = forced.renditions.get(video) as MediaRendition;
  for (const time of [0, 25600, 51200]) {
    const frame = findKeyFrame(rendition, time);
    assertEquals(
      frame?.sample,
      time === 25600 ? undefined : rendition.timeline.samples[time / 25600],
    );
  }
});

/** Returns a presentation in which one segment starts without a key frame. */
function withoutKeyFrame(presentation: Presentation, segment: number): Presentation {
  const renditions = getMedia(presentation).map((rendition) => {
    const keyFrames = rendition.timeline.keyFrames!.slice();
    keyFrames[segment] = 0;
    return [rendition.name, {
      ...rendition,
      timeline: { ...rendition.timeline, keyFrames },
    }] as const;
  });
  return { ...presentation, renditions: new Map(renditions) };
}

for (
  const [what, name, broadcast] of [["that is live", video, live], ["of audio", audio, {
    ...live,
    isLive: false,
  }]] as const
) {
  Deno.test(`buildBroadcastIframePlaylist() has none ${what}`, () => {
    assertThrows(
      () => buildBroadcastIframePlaylist(broadcast, name, "fmp4"),
      RequestError,
      `Cannot find a playlist of key frames of '${name}'`,
    );
  });
}

Deno.test("buildBroadcastPlaylist() declares independent segments where all start with a key frame", () => {
  const build = (presentation: Presentation, isWindow: boolean) => {
    const periods = [
      createPeriod(ladder, { isOver: true }),
      createPeriod(presentation, { number: 2, start: 20, isOver: true }),
    ];
    return buildBroadcastPlaylist(createBroadcast(periods, { isLive: false }), video, {
      format: "fmp4",
      isWindow,
    });
  };
  assertMatch(build(ladder, false), /EXT-X-INDEPENDENT-SEGMENTS/);
  assertNotMatch(build(ladder, true), /EXT-X-INDEPENDENT-SEGMENTS/);
  assertNotMatch(build(withoutKeyFrame(ladder, 1), false), /EXT-X-INDEPENDENT-SEGMENTS/);
});

Deno.test("buildBroadcastPlaylist() ends a period that another one follows at the same time in all renditions", () => {
  const short = selectSegments(ladder, { first: 0, end: 3 });
  const cut = (seconds: number) => {
    const [, , rendition] = getMedia(short);
    const { timescale } = rendition!.timing;
    const decodeTimes = rendition!.timeline.decodeTimes.with(-1, seconds * timescale);
    const timeline = { ...rendition!.timeline, decodeTimes };
    const renditions = new Map(short.renditions).set(audio, { ...rendition!, timeline });
    return { ...short, renditions };
  };
  const sum = (presentation: Presentation, name: string, isFollowed: boolean) => {
    const periods = [
      createPeriod(presentation, { isOver: true }),
      ...isFollowed ? [createPeriod(short, { number: 2, start: 20 })] : [],
    ];
    const text = buildBroadcastPlaylist(
      createBroadcast(periods, { isLive: isFollowed }),
      name,
      WINDOW,
    );
    const lengths = getDurations(readStrictPlaylist(text));
    return lengths.slice(0, 3).reduce((total, length) => total + length, 0);
  };
  for (const [seconds, end] of [[5.7, 6], [5.99, 6], [6.3, 6.3]] as const) {
    for (const name of [video, audio]) {
      assertAlmostEquals(sum(cut(seconds), name, true), end, 2e-6, `${name} ${seconds}`);
    }
    assertAlmostEquals(sum(cut(seconds), audio, false), seconds, 2e-6);
  }
  assertEquals(Math.round(sum(cut(7), video, true) - 4), 2); // EXTINF of at most the target duration
});
