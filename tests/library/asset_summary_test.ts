import { assertEquals } from "@std/assert";
import { IDENTITY } from "../../lib/mp4/matrix.ts";
import { KeysError, MediaError, RequestError } from "../../lib/errors.ts";
import {
  summarizeAsset,
  summarizeChannel,
  summarizeError,
} from "../../lib/library/asset_summary.ts";
import type { Channel } from "../../lib/library/channel.ts";
import type { Broadcast, ChannelState } from "../../lib/presentation/broadcast.ts";
import type { Presentation, Rendition } from "../../lib/presentation/presentation.ts";
import { EPOCH } from "../archive/recording.ts";
import { DESCRIPTION } from "../presentation/synthetic_track.ts";
import { openProtected } from "../protected_presentations.ts";
import { recordPeriod, toPeriod } from "../server/channel_fixture.ts";

function summarize(...renditions: object[]) {
  const named = renditions.map((rendition, i) =>
    [
      `r${i}`,
      {
        name: `r${i}`,
        language: "und",
        track: { matrix: IDENTITY },
        averageBandwidth: 1500,
        ...rendition,
      } as Rendition,
    ] as const
  );
  const duration = { ticks: 1001, timescale: 3000 };
  const presentation = { duration, version: "v1f", renditions: new Map(named) };
  return summarizeAsset(presentation as unknown as Presentation, "a b.json");
}

const AUDIO = { type: "audio", codec: "mp4a.40.2", channels: 6, sampleRate: 48000 };
const IMAGE = { type: "image", codec: "jpeg", width: 160, height: 90 };

const renditions: [rendition: object, line: string][] = [
  [
    { type: "video", description: DESCRIPTION, frameRate: "30000/1001" },
    "video 320x180 test.1 29.97 fps 2 kbit/s",
  ],
  [
    {
      type: "video",
      description: DESCRIPTION,
      track: { matrix: { ...IDENTITY, a: 0, b: 1, c: -1, d: 0 } },
    },
    "video 180x320 test.1 2 kbit/s",
  ],
  [
    { type: "audio", description: AUDIO, language: "fr" },
    "audio fr mp4a.40.2 6 ch 48000 Hz 2 kbit/s",
  ],
  [{ type: "text", language: "pt-BR" }, "text pt-BR"],
];

for (const [rendition, line] of renditions) {
  Deno.test(`summarizeAsset() describes ${line}`, () => {
    assertEquals(summarize(rendition).renditions, [line]);
  });
}

Deno.test("summarizeAsset() lists each language of audio and subtitles once, at most 50", () => {
  const text = (language: string) => ({ type: "text", language });
  const video = { type: "video", description: DESCRIPTION, language: "de" };
  const { languages, duration, thumbnail } = summarize(video, text("fr"), text("en"), text("fr"));
  assertEquals([languages, duration, thumbnail], [["fr", "en"], 0.333667, undefined]);
  const many = summarize(...Array.from({ length: 60 }, (_, i) => text(`l${i}`)));
  assertEquals([many.languages!.length, many.renditions!.length], [50, 50]);
});

const thumbnails: [times: number[], expected: number][] = [
  [[0, 5, 10, 15, 100], 10], // the last at or before a tenth
  [[0, 50, 100], 0],
  [[30, 60, 100], 30], // all are later
  [[0, 100], 0],
];

for (const [times, expected] of thumbnails) {
  Deno.test(`summarizeAsset() selects the image at ${expected} of ${times}`, () => {
    const timeline = { times: Float64Array.from(times) };
    const { thumbnail } = summarize({ type: "image", description: IMAGE, timeline });
    assertEquals(thumbnail, `a%20b.json/v1f/r0/${expected}.jpg`);
  });
}

Deno.test("summarizeError() hides the details of internal errors", () => {
  assertEquals(summarizeError(new MediaError("Cannot a")), { error: "Cannot a" });
  assertEquals(summarizeError(new RequestError("NOT_FOUND", "Cannot b")), { error: "Cannot b" });
  assertEquals(summarizeError(new KeysError("KEYS_MISSING", "Cannot c")), { error: "Cannot c" });
  const { error } = summarizeError(new TypeError("secret"));
  assertEquals(error, "Cannot open this because of an internal error");
});

Deno.test("summarizeAsset() names the scheme of a protected asset", async () => {
  for (const scheme of ["cenc", "cbcs", "aes-128"] as const) {
    const presentation = await openProtected(["ladder-aac-eng.mp4"], { scheme });
    assertEquals(summarizeAsset(presentation, "a.json").scheme, scheme);
    presentation.close();
  }
  assertEquals("scheme" in summarize({ type: "text", language: "fr" }), false);
});

Deno.test("summarizeChannel() has the state of a channel, and what its newest period has", async () => {
  const recorded = await recordPeriod();
  const periods = [toPeriod(recorded), toPeriod(recorded, { number: 2, start: EPOCH + 60e6 })];
  const summarize = (state: ChannelState, views?: { whole: Pick<Broadcast, "periods"> }) =>
    summarizeChannel({ state, views } as Channel, "news.json");
  assertEquals(summarize("waiting"), { live: "waiting" });
  const { duration, ...live } = summarize("live", { whole: { periods } });
  assertEquals([duration, live.live, live.renditions!.length], [undefined, "live", 2]);
  const over = summarize("over", { whole: { periods } });
  assertEquals(over, { ...live, duration: 72, live: "over" });
});

Deno.test("summarizeChannel() has the label of the channel file", () => {
  const channel = { state: "waiting", label: "News", views: undefined } as unknown as Channel;
  assertEquals(summarizeChannel(channel, "news.json"), { label: "News", live: "waiting" });
});
