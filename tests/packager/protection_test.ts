import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";
import {
  declareProtection,
  summarizeProtection,
  warnUnusedKids,
} from "../../lib/packager/protection.ts";
import type { ProtectionOptions } from "../../lib/packager/protection_options.ts";
import type { SampleEntry } from "../../lib/mp4/sample_entry.ts";
import type { MediaRendition, Rendition } from "../../lib/presentation/presentation.ts";
import { openTestdata } from "../sample_presentations.ts";

/** KIDs that the issue of protected packages has as an example. */
const AUDIO_KID = "75794092-4434-8559-bd33-c5716f3ba359";
const VIDEO_KID = "a56ce54c-0cc3-87e6-8470-40368011fbf6";

const VENDOR_KID = "00112233-4455-6677-8899-aabbccddeeff";

const OPTIONS: ProtectionOptions = {
  scheme: "cbcs",
  content: "heat",
  source: "house",
  per: "type",
  kids: {},
};

async function openRenditions(...files: string[]): Promise<Rendition[]> {
  const presentation = await openTestdata(files);
  presentation.close();
  return [...presentation.renditions.values()];
}

const LADDER = await openRenditions(
  "ladder-avc-240p.mp4",
  "ladder-avc-720p.mp4",
  "ladder-aac-eng.mp4",
  "ladder-vtt-fra.vtt",
);

const isVideo = (rendition: Rendition) => rendition.type === "video";

const isText = (rendition: Rendition) => rendition.type === "text";

Deno.test("declareProtection() derives the KIDs of audio and video", () => {
  assertEquals(declareProtection(LADDER, OPTIONS), {
    scheme: "cbcs",
    source: "house",
    content: "heat",
    kids: { audio: AUDIO_KID, video: VIDEO_KID },
  });
});

const labels: [per: ProtectionOptions["per"], renditions: Rendition[], labels?: string[]][] = [
  ["all", LADDER, ["all"]],
  ["type", LADDER, ["audio", "video"]],
  ["type", LADDER.filter(isVideo), ["video"]],
  ["resolution", LADDER, ["audio", "sd", "hd"]],
  ["resolution", LADDER.filter(isVideo).slice(0, 1), ["sd"]],
  ["source", LADDER],
];

for (const [per, renditions, expected] of labels) {
  Deno.test(`declareProtection() has the labels ${expected} of ${renditions.length} renditions by ${per}`, () => {
    const { kids } = declareProtection(renditions, { ...OPTIONS, per });
    assertEquals(kids && Object.keys(kids), expected);
  });
}

Deno.test("declareProtection() prefers KIDs of a vendor, and omits those that no track needs", () => {
  const options: ProtectionOptions = {
    ...OPTIONS,
    per: "resolution",
    kids: { hd: VENDOR_KID, uhd: VENDOR_KID },
  };
  const protection = declareProtection(LADDER, options);
  const { kids = {} } = protection;
  assertEquals([kids.hd, kids.uhd], [VENDOR_KID, undefined]);
  assertEquals(warnUnusedKids(options, protection), [
    "--kid uhd is not used: no track needs this key",
  ]);
});

Deno.test("declareProtection() derives other KIDs for another scheme and label", () => {
  const cenc = declareProtection(LADDER, { ...OPTIONS, scheme: "cenc" }).kids!;
  assertEquals(new Set([...Object.values(cenc), AUDIO_KID, VIDEO_KID]).size, 4);
});

Deno.test("declareProtection() refuses subtitles alone", () => {
  const message = "Cannot use --protect cbcs: expected audio or video";
  assertThrows(() => declareProtection(LADDER.filter(isText), OPTIONS), UsageError, message);
});

Deno.test("declareProtection() refuses codecs whose protected bytes are not known, except for aes-128", () => {
  const { codec: { protection: _, ...codec }, ...rendition } = LADDER[0] as MediaRendition;
  const unknown: Rendition = { ...rendition, codec };
  for (const scheme of ["cenc", "cbcs"] as const) {
    const error = assertThrows(
      () => declareProtection([unknown], { ...OPTIONS, scheme }),
      MediaError,
      ` with ${scheme}, expected aes-128`,
    );
    assertEquals(error.code, "MEDIA_UNSUPPORTED");
  }
  const { kids } = declareProtection([unknown], { ...OPTIONS, scheme: "aes-128", per: "all" });
  assertEquals(Object.keys(kids!), ["all"]);
});

Deno.test("declareProtection() refuses video of several layers or views, except for aes-128", () => {
  const video = LADDER[0] as MediaRendition;
  const [entry] = video.track.entries as [SampleEntry];
  const boxes = new Map([...entry.boxes, ["mvcC", new Uint8Array(7)] as const]);
  const track = { ...video.track, entries: [entry, { ...entry, boxes }] };
  const stereo: Rendition = { ...video, track };
  for (const scheme of ["cenc", "cbcs"] as const) {
    const error = assertThrows(
      () => declareProtection([stereo], { ...OPTIONS, scheme }),
      MediaError,
      "ladder-avc-240p.mp4: Cannot protect video with further layers or views: its sample entry contains mvcC",
    );
    assertEquals(error.code, "MEDIA_UNSUPPORTED");
  }
  const { kids } = declareProtection([stereo], { ...OPTIONS, scheme: "aes-128", per: "all" });
  assertEquals(Object.keys(kids!), ["all"]);
});

Deno.test("declareProtection() refuses video whose parameter sets cannot be read", () => {
  const video = LADDER[0] as MediaRendition;
  const [entry] = video.track.entries as [SampleEntry];
  const avcC = Uint8Array.of(1, 100, 0, 21, 255, 225, 0, 2, 0x67, 100);
  const boxes = new Map([...entry.boxes, ["avcC", avcC] as const]);
  const broken: Rendition = { ...video, track: { ...video.track, entries: [{ ...entry, boxes }] } };
  const message = "ladder-avc-240p.mp4: moov/trak/mdia/minf/stbl/stsd/avc1/avcC: Cannot";
  assertThrows(() => declareProtection([broken], OPTIONS), MediaError, message);
});

Deno.test("summarizeProtection() returns a line for the package and for each label", () => {
  assertEquals(summarizeProtection(declareProtection(LADDER, OPTIONS)), [
    "-- Protecting with cbcs: content='heat', keys of 'house'",
    `   audio: ${AUDIO_KID}`,
    `   video: ${VIDEO_KID}`,
  ]);
  assertEquals(summarizeProtection(declareProtection(LADDER, { ...OPTIONS, per: "source" })), [
    "-- Protecting with cbcs: content='heat', keys of 'house'",
  ]);
});
