import { assertEquals } from "@std/assert";
import {
  describeUndecodable,
  needsMpegTs,
  playsInBrowser,
  playsWithoutAudio,
} from "../../lib/ui/decodable.js";
import type { AssetInfo } from "../../lib/ui/asset_info.js";

const AVC = { name: "video", type: "video", codec: "avc1.64001F" } as const;
const HEVC = { name: "video", type: "video", codec: "hvc1.1.6.L93" } as const;
const AAC = { name: "audio_fra", type: "audio", codec: "mp4a.40.2" } as const;
const AC3 = { name: "audio_eng", type: "audio", codec: "ac-3" } as const;
const MP3 = { name: "audio", type: "audio", codec: "mp4a.6B" } as const;

type Track = Parameters<typeof playsInBrowser>[0];

const decodes = ({ codec }: Track) => codec === AVC.codec || codec === AAC.codec;

const sentences: [tracks: Track[], text: string][] = [
  [[HEVC], "This browser supports none of the codecs: HEVC."],
  [[HEVC, AC3], "This browser supports none of the codecs: HEVC, AC-3."],
  [[MP3], "This browser supports none of the codecs: MP3."],
  [[AVC, AC3], "This browser cannot decode the audio track audio_eng (AC-3)."],
  [[AVC, AC3, MP3], "This browser cannot decode the audio tracks audio_eng (AC-3), audio (MP3)."],
  [[HEVC, AAC], "This browser cannot decode the video track video (HEVC)."],
  [[AVC, AAC, AC3], "This browser supports none of the codecs."],
];

for (const [tracks, text] of sentences) {
  Deno.test(`describeUndecodable() says: ${text} (${tracks.length} tracks)`, () => {
    assertEquals(describeUndecodable(tracks, decodes), text);
  });
}

Deno.test("playsInBrowser() accepts what is not in a buffer of the browser", () => {
  assertEquals(playsInBrowser({ name: "subtitles", type: "text", codec: "wvtt" }), true);
});

const forms: [tracks: Track[], hlsTs: string | undefined, needed: boolean][] = [
  [[AVC, MP3], "ts.m3u8", true],
  [[MP3], "ts.m3u8", true],
  [[AVC, MP3], undefined, false],
  [[AVC, AC3], "ts.m3u8", false],
  [[AVC, AAC, MP3], "ts.m3u8", false],
  [[HEVC, MP3], "ts.m3u8", false],
];

for (const [renditions, hlsTs, needed] of forms) {
  const codecs = renditions.map(({ codec }) => codec).join(" and ");
  Deno.test(`needsMpegTs() is ${needed} for ${codecs}, MPEG-TS ${hlsTs ?? "not served"}`, () => {
    const about = { renditions, manifests: { hlsTs } } as unknown as AssetInfo;
    assertEquals(needsMpegTs(about, decodes), needed);
  });
}

const silent: [tracks: Track[], plays: boolean][] = [
  [[AVC, AC3], true],
  [[AVC, AAC], false],
  [[HEVC, AC3], false],
  [[HEVC, AAC], false],
];

for (const [tracks, plays] of silent) {
  const codecs = tracks.map(({ codec }) => codec).join(" and ");
  Deno.test(`playsWithoutAudio() is ${plays} for ${codecs}`, () => {
    assertEquals(playsWithoutAudio(tracks, decodes), plays);
  });
}
