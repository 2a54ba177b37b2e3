import { assertEquals } from "@std/assert";
import type { Description } from "../../lib/codecs/codec.ts";
import { getKeyLabel, getKeyPer, KEY_LABELS, type KeyPer } from "../../lib/drm/key_label.ts";

const AUDIO: Description = {
  type: "audio",
  codec: "mp4a.40.2",
  channels: 2,
  sampleRate: 48000,
  dashChannels: { schemeIdUri: "", value: "2" },
};

const video = (width: number, height: number): Description => ({
  type: "video",
  codec: "avc1.64001F",
  width,
  height,
  pixelAspect: [1, 1],
  interlaced: false,
});

const cases: [per: KeyPer, description: Description, label: string | undefined][] = [
  ["all", AUDIO, "all"],
  ["all", video(16, 16), "all"],
  ["type", AUDIO, "audio"],
  ["type", video(16, 16), "video"],
  ["resolution", AUDIO, "audio"],
  ["resolution", video(768, 576), "sd"],
  ["resolution", video(442_369, 1), "hd"],
  ["resolution", video(1920, 1080), "hd"],
  ["resolution", video(2_073_601, 1), "uhd"],
  ["resolution", { type: "image", codec: "jpeg", width: 16, height: 16 }, undefined],
];

for (const [per, description, label] of cases) {
  Deno.test(`getKeyLabel() returns ${label} for ${per}, ${JSON.stringify(description)}`, () => {
    assertEquals(getKeyLabel(per, description), label);
    const labels: readonly string[] = KEY_LABELS[per];
    assertEquals(label === undefined || labels.includes(label), true);
  });
}

const labels: [labels: string[], per: KeyPer | undefined][] = [
  [["all"], "all"],
  [["audio"], "type"],
  [["video", "audio"], "type"],
  [["sd"], "resolution"],
  [["audio", "uhd"], "resolution"],
  [["all", "audio"], undefined],
  [["video", "hd"], undefined],
  [["4k"], undefined],
  [[], undefined],
];

for (const [names, per] of labels) {
  Deno.test(`getKeyPer() returns ${per} for the labels [${names}]`, () => {
    assertEquals(getKeyPer(names), per);
  });
}
