import { assertEquals } from "@std/assert";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import {
  explainUnsupportedFormat,
  type MediaFormat,
  SegmentProtection,
} from "../../lib/presentation/segment_protection.ts";
import { openProtected, type ProtectionOptions } from "../protected_presentations.ts";

const FORMATS: readonly MediaFormat[] = ["cmaf", "mpegts", "smooth", "image"];

async function open(options: ProtectionOptions): Promise<Presentation> {
  const files = ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4", "ladder-mjpeg-thumbs.mp4"];
  const presentation = await openProtected(files, options);
  presentation.close();
  return presentation;
}

function decide(presentation: Presentation, rendition: MediaRendition): string[] {
  return FORMATS.map((format) => {
    const decided = SegmentProtection.decide(presentation, rendition, format);
    if (!decided) return `${format}: none`;
    const { samples, segment } = decided;
    return `${format}: ${samples ? samples.scheme : segment ? segment.scheme : "clear"}`;
  });
}

const WITHOUT_PLAYREADY = { scheme: "cenc", systems: ["widevine"] } as const;

const cases: [what: string, options: ProtectionOptions, expected: string[]][] = [
  ["cenc", { scheme: "cenc" }, ["cmaf: cenc", "mpegts: none", "smooth: cenc"]],
  [
    "cenc of several keys",
    { scheme: "cenc", per: "type" },
    ["cmaf: cenc", "mpegts: none", "smooth: none"],
  ],
  ["cenc without PlayReady", WITHOUT_PLAYREADY, ["cmaf: cenc", "mpegts: none", "smooth: none"]],
  ["cbcs", { scheme: "cbcs" }, ["cmaf: cbcs", "mpegts: none", "smooth: none"]],
  ["aes-128", { scheme: "aes-128" }, ["cmaf: aes-128", "mpegts: aes-128", "smooth: none"]],
];

for (const [what, options, expected] of cases) {
  Deno.test(`SegmentProtection.decide() encrypts ${what}`, async () => {
    const presentation = await open(options);
    const [video, audio, images] = presentation.renditions.values() as Iterable<MediaRendition>;
    for (const rendition of [video!, audio!]) {
      assertEquals(decide(presentation, rendition).slice(0, 3), expected);
    }
    assertEquals(decide(presentation, images!)[3], "image: clear");
  });
}

Deno.test("SegmentProtection.decide() sends clear presentations as they are, and no clear media of others", async () => {
  const presentation = await open({ scheme: "cenc" });
  const [video] = presentation.renditions.values() as Iterable<MediaRendition>;
  const { encryption: _, ...unprotected } = video!;
  assertEquals(decide(presentation, unprotected), FORMATS.map((format) => `${format}: none`));
  const { protection: __, ...clear } = presentation;
  assertEquals(decide(clear, unprotected), FORMATS.map((format) => `${format}: clear`));
});

Deno.test("explainUnsupportedFormat() says that the presentation is protected", async () => {
  const explain = async (options: ProtectionOptions, format: MediaFormat | "dash") =>
    explainUnsupportedFormat(await open(options), format);
  assertEquals(await explain({ scheme: "cbcs" }, "dash"), undefined);
  assertEquals(
    await explain({ scheme: "aes-128" }, "dash"),
    "it is protected with aes-128, which DASH does not support",
  );
  assertEquals(
    await explain({ scheme: "cbcs" }, "mpegts"),
    "it is protected with cbcs, which MPEG-TS does not support",
  );
  assertEquals(
    await explain({ scheme: "cenc", per: "type" }, "smooth"),
    "it is protected with 2 keys, expected one",
  );
  assertEquals(
    await explain(WITHOUT_PLAYREADY, "smooth"),
    "it is protected, and playready is not among its DRM systems",
  );
});
