import { assertEquals } from "@std/assert";
import { verificationJson, verificationLines } from "../../lib/verify/report.ts";
import type { Verification } from "../../lib/verify/verification.ts";

const ROW = { segments: 6, samples: 300, bytes: 1000, found: 0 };

const VERIFICATION: Verification = {
  rows: [
    { ...ROW, location: { format: "CMAF", rendition: "video_eng=400000" } },
    { ...ROW, location: { format: "WebVTT", rendition: "caption_fra" }, samples: 12, found: 1 },
    {
      ...ROW,
      location: { format: "HLS playlists", rendition: "" },
      segments: 12,
      samples: 0,
      found: 20,
    },
  ],
  differences: [
    {
      ...{ format: "CMAF", rendition: "video_eng=400000", segment: 3, sample: 151 },
      ...{ rule: "decode time", message: "it is 513 instead of 512" },
    },
    {
      format: "WebVTT",
      rendition: "caption_fra",
      sample: 2,
      rule: "lost cue",
      message: "it is not there",
    },
    { format: "HLS playlists", rendition: "", rule: "URL", message: "'x' leads nowhere" },
  ],
  warnings: [{
    format: "source",
    rendition: "",
    rule: "length",
    message: "a ends at 1 s, b at 2 s",
  }],
  count: 21,
  bytes: 50_000_000,
};

Deno.test("verificationLines() gives a table, sentences and an outcome", () => {
  assertEquals(verificationLines(VERIFICATION, { file: "v.json", seconds: 2 }), [
    "   rendition         format         segments  samples  verdict",
    "   video_eng=400000  CMAF                  6      300  same",
    "   caption_fra       WebVTT                6       12  1 difference",
    "   -                 HLS playlists        12        -  20 differences",
    "-- Difference: video_eng=400000, CMAF, segment 3, sample 151: decode time: it is 513 instead of 512",
    "-- Difference: caption_fra, WebVTT, cue 2: lost cue: it is not there",
    "-- Difference: HLS playlists: URL: 'x' leads nowhere",
    "-- Warning: length: a ends at 1 s, b at 2 s",
    "21 differences: 50.0 MB read back in 2.0 s, 25 MB/s",
  ]);
});

Deno.test("verificationJson() leaves out what does not apply, and has no clock in it", () => {
  const json = (seconds: number) => verificationJson(VERIFICATION, { file: "v.json", seconds });
  assertEquals(json(1), json(2));
  const document = JSON.parse(json(1));
  assertEquals(document.same, false);
  assertEquals(document.checked[2], {
    ...{ form: "HLS playlists", segments: 12, samples: 0, bytes: 1000, differences: 20 },
  });
  assertEquals(document.differences, [
    {
      ...{ rendition: "video_eng=400000", form: "CMAF", segment: 3, sample: 151 },
      ...{ rule: "decode time", message: "it is 513 instead of 512" },
    },
    {
      rendition: "caption_fra",
      form: "WebVTT",
      sample: 2,
      rule: "lost cue",
      message: "it is not there",
    },
    { form: "HLS playlists", rule: "URL", message: "'x' leads nowhere" },
  ]);
});
