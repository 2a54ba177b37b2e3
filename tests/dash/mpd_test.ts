import { assertEquals, assertLess, assertMatch, assertNotMatch } from "@std/assert";
import { buildMpd } from "../../lib/dash/mpd.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { createLongSource, LONG_AUDIO, LONG_VIDEO } from "../long_movie.ts";
import { openInputs } from "../open_presentation.ts";
import { openTestdata, withSample } from "../sample_presentations.ts";

/** Attributes and descriptors of an MPD; tests/golden_test.ts compares whole ones. */
const samples: [name: string, pattern: RegExp][] = [
  ["one video", /<MPD [^>]*type="static"[^>]*mediaPresentationDuration="PT[0-9.]+S"/],
  ["one video", /startWithSAP="1"/],
  ["open GOPs", /startWithSAP="3"/],
  ["rotated video", /width="180" height="320"/],
  ["mirrored video", /width="180" height="320"/],
  ["stretched video", /width="320" height="180" sar="3:4" frameRate="25"/],
  ["anamorphic video", /sar="(?!1:1)[0-9]+:[0-9]+"/],
  ["Dolby Vision of profile 5", /codecs="dvh1\.05\.01"/],
  [
    "Dolby Vision of profile 5",
    /cicp:ColourPrimaries" value="9"\/>\s*<[^>]*TransferCharacteristics" value="16"\/>\s*<Role/,
  ],
  ["HDR and SDR", /cicp:TransferCharacteristics" value="16"/],
  [
    "three bitrates with two languages, subtitles and thumbnails",
    /<EssentialProperty schemeIdUri="http:\/\/dashif.org\/guidelines\/thumbnail_tile" value="1x1"/,
  ],
];

for (const [name, pattern] of samples) {
  Deno.test(`buildMpd() of ${name} has ${pattern.source}`, async () => {
    await withSample(name, (presentation) => assertMatch(buildMpd(presentation), pattern));
  });
}

Deno.test("buildMpd() has the title, and no ProgramInformation without one", async () => {
  await withSample("one video", (presentation) => {
    assertNotMatch(buildMpd(presentation), /ProgramInformation/);
    const metadata = { title: 'Tom & <i>"Jerry"</i>', description: "They run." };
    const text = buildMpd({ ...presentation, metadata });
    const title = "Tom &amp; &lt;i&gt;&quot;Jerry&quot;&lt;/i&gt;";
    assertMatch(
      text,
      new RegExp(
        `<MPD [^>]*>\\s*<ProgramInformation>\\s*<Title>${title}</Title>\\s*</ProgramInformation>\\s*<Period `,
      ),
    );
  });
});

Deno.test("buildMpd() has one template for representations with equal segments", async () => {
  await withSample(
    "three bitrates with two languages, subtitles and thumbnails",
    (presentation) => {
      const text = buildMpd(presentation);
      assertEquals(text.match(/<SegmentTemplate /g)!.length, 4); // video, two languages, thumbnails
      assertMatch(text, /<\/SegmentTemplate>\s*<Representation/);
    },
  );
});

Deno.test("buildMpd() declares the full profile for files, which the live profile does not allow", async () => {
  const [live, full] = ["live", "full"].map((name) =>
    `urn:mpeg:dash:profile:${name === "live" ? "isoff-live" : name}:2011`
  );
  await withSample(
    "three bitrates with two languages, subtitles and thumbnails",
    (presentation) => {
      const text = buildMpd(presentation);
      assertMatch(text, new RegExp(`<MPD [^>]*profiles="${live},${full}"`));
      assertEquals(text.match(/<AdaptationSet [^>]*profiles="[^"]*"/g)!.length, 2); // subtitles
      assertNotMatch(buildMpd(presentation, "wvtt"), /profile:full/);
    },
  );
});

Deno.test("buildMpd() declares colour of high dynamic range only", async () => {
  await withSample("one video", (one) => assertNotMatch(buildMpd(one), /cicp/));
});

Deno.test("buildMpd() rounds the duration up, and has the longest segment as minBufferTime", async () => {
  const presentation = await openTestdata(["test-avc-frontmoov.mp4"]);
  const text = buildMpd({ ...presentation, duration: { ticks: 1, timescale: 3 } });
  presentation.close();
  assertMatch(text, /mediaPresentationDuration="PT0\.333334S"/);
  assertEquals(/minBufferTime="([^"]+)"/.exec(text)?.[1], "PT2S");
});

Deno.test("buildMpd() declares Dolby Vision by attributes of SCTE 214, with their namespace", async () => {
  const presentation = await openTestdata(["test-hevc-hdr10.mp4"]);
  presentation.close();
  assertNotMatch(buildMpd(presentation), /scte214/);
  const [rendition] = presentation.renditions.values();
  const { description } = rendition as MediaRendition;
  const supplement = { supplementalCodec: "dvh1.08.01", supplementalBrand: "db1p" };
  const changed = {
    ...rendition,
    description: { ...description, ...supplement },
  } as MediaRendition;
  const text = buildMpd({
    ...presentation,
    sets: [{ ...presentation.sets[0]!, renditions: [changed] }],
    renditions: new Map([[changed.name, changed]]),
  });
  assertMatch(text, /<MPD [^>]*xmlns:scte214="urn:scte:dash:scte214-extensions"/);
  assertMatch(
    text,
    /codecs="hvc1[^"]*" scte214:supplementalCodecs="dvh1.08.01" scte214:supplementalProfiles="db1p"/,
  );
});

/** Maximum size of an MPD (ETSI TS 103 285 §4.5). */
const MAX_DVB_BYTES = 256 * 1024;

Deno.test("buildMpd() of ten hours in two languages, in segments of the default duration, is smaller than DVB allows", async () => {
  const movies = [LONG_VIDEO, LONG_VIDEO, LONG_VIDEO, LONG_AUDIO, LONG_AUDIO];
  const sources = movies.map((track) => createLongSource(track));
  const presentation = await openInputs(
    sources.map((_, i) => ({ file: `${i}.mp4`, language: i === 4 ? "fra" : "eng" })),
    { segmentDuration: 6, open: (name) => sources[parseInt(name)]! },
  );
  presentation.close();
  const text = buildMpd(presentation);
  assertEquals(text.match(/<Representation /g)!.length, 5);
  assertLess(text.length, MAX_DVB_BYTES);
});
