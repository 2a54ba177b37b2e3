import { assertEquals } from "@std/assert";
import type { BuiltPackage } from "../../lib/packager/build_package.ts";
import { formatReports, toReport } from "../../lib/packager/package_report.ts";

const TRACK = { file: "a.mp4", track: 1, type: "video", language: "und", name: "video_und=1" };

const BUILT = {
  pack: { segmentDuration: 4, tracks: [{ ...TRACK, index: "AAAA" }] },
  presentation: { duration: { ticks: 150, timescale: 100 } },
} as unknown as BuiltPackage;

Deno.test("toReport() has the tracks of the package without their indexes, and seconds", () => {
  const report = toReport(BUILT, { output: "v.json", status: "written", warnings: ["w"] });
  assertEquals(report as unknown, {
    ...{ output: "v.json", status: "written", duration: 1.5, segmentDuration: 4 },
    ...{ tracks: [TRACK], warnings: ["w"] },
  });
});

Deno.test("formatReports() formats one report as an object, several as an array", () => {
  const failed = { output: "v.json", status: "failed", error: "Cannot" } as const;
  assertEquals(JSON.parse(formatReports(failed)), failed);
  assertEquals(JSON.parse(formatReports([failed])), [failed]);
});
