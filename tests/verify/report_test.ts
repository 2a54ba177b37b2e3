import { assertEquals } from "@std/assert";
import { formatReport, formatTotals, toJsonReport } from "../../lib/verify/report.ts";
import type { Verification } from "../../lib/verify/verification.ts";

const ROW = { segments: 6, samples: 300, bytes: 1000, differenceCount: 0 };

const VERIFICATION: Verification = {
  rows: [
    { ...ROW, location: { format: "CMAF", rendition: "video_eng=400000" } },
    {
      ...ROW,
      location: { format: "WebVTT", rendition: "caption_fra" },
      samples: 12,
      differenceCount: 1,
    },
    {
      ...ROW,
      location: { format: "HLS playlists", rendition: "" },
      segments: 12,
      samples: 0,
      differenceCount: 20,
    },
  ],
  differences: [
    {
      ...{ format: "CMAF", rendition: "video_eng=400000", segment: 3, sample: 151 },
      ...{ rule: "decode time", message: "got 513, expected 512" },
    },
    {
      format: "WebVTT",
      rendition: "caption_fra",
      sample: 2,
      rule: "lost cue",
      message: "missing",
    },
    { format: "HLS playlists", rendition: "", rule: "URL", message: "'x' is invalid" },
  ],
  warnings: [{
    format: "source",
    rendition: "",
    rule: "length",
    message: "a ends at 1 s, b at 2 s",
  }, { format: "source", rendition: "", rule: "warning", message: "a.mp4: has open GOPs" }],
  differenceCount: 21,
  builtBytes: 50_000_000,
};

Deno.test("formatReport() formats a table, findings and a summary", () => {
  assertEquals(formatReport(VERIFICATION, { file: "v.json", seconds: 2 }), [
    "   rendition         format         segments  samples  verdict",
    "   video_eng=400000  CMAF                  6      300  same",
    "   caption_fra       WebVTT                6       12  1 difference",
    "   -                 HLS playlists        12        -  20 differences",
    "-- Difference: video_eng=400000, CMAF, segment 3, sample 151: decode time: got 513, expected 512",
    "-- Difference: caption_fra, WebVTT, cue 2: lost cue: missing",
    "-- Difference: HLS playlists: URL: 'x' is invalid",
    "-- Warning: length: a ends at 1 s, b at 2 s",
    "-- Warning: a.mp4: has open GOPs",
    "21 differences: 50.0 MB verified in 2.0 s, 25 MB/s",
  ]);
});

for (
  const [counts, expected] of [
    [[2, 0, 0], "2 files: 2 match"],
    [[1, 0, 0], "1 file: 1 matches"],
    [[10, 1, 1], "12 files: 10 match, 1 differs, 1 cannot be verified"],
    [[0, 2, 0], "2 files: 0 match, 2 differ"],
  ] as const
) {
  Deno.test(`formatTotals() formats ${expected}`, () => {
    const [same, different, failed] = counts;
    assertEquals(formatTotals({ same, different, failed }), expected);
  });
}

Deno.test("toJsonReport() omits absent values and the time", () => {
  const json = (seconds: number) =>
    JSON.stringify(toJsonReport(VERIFICATION, { file: "v.json", seconds }));
  assertEquals(json(1), json(2));
  const document = JSON.parse(json(1));
  assertEquals(document.same, false);
  assertEquals(document.checked[2], {
    ...{ form: "HLS playlists", segments: 12, samples: 0, bytes: 1000, differences: 20 },
  });
  assertEquals(document.differences, [
    {
      ...{ rendition: "video_eng=400000", form: "CMAF", segment: 3, sample: 151 },
      ...{ rule: "decode time", message: "got 513, expected 512" },
    },
    {
      rendition: "caption_fra",
      form: "WebVTT",
      sample: 2,
      rule: "lost cue",
      message: "missing",
    },
    { form: "HLS playlists", rule: "URL", message: "'x' is invalid" },
  ]);
});
