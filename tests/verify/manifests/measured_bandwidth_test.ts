import { assertEquals } from "@std/assert";
import {
  createMeasurements,
  type RenditionMeasurements,
} from "../../../lib/verify/measurements.ts";
import {
  computeTargetDuration,
  measureBandwidth,
  type MeasuredBandwidth,
} from "../../../lib/verify/manifests/measured_bandwidth.ts";

/** Measurements of segments given as size and duration in milliseconds. */
function measurements(...segments: [bytes: number, duration: number][]): RenditionMeasurements {
  let end = 0;
  const cmaf = segments.map(([bytes, duration]) => {
    const start = end;
    end += duration;
    return {
      bytes,
      decodeStart: start,
      decodeEnd: end,
      presentationEnd: end,
    } as RenditionMeasurements["cmaf"][number];
  });
  const init = { timescale: 1000, description: undefined };
  const keyFrames = cmaf.map((segment) => ({ time: segment!.decodeStart, bytes: 10 }));
  return {
    ...createMeasurements(),
    init,
    cmaf,
    tsSizes: segments.map(([bytes]) => 2 * bytes),
    keyFrames,
    tsKeyFrames: keyFrames.map(({ time }) => ({ time, bytes: 20 })),
  };
}

function exactly(measured: MeasuredBandwidth) {
  return { ...measured, min: measured, max: measured };
}

Deno.test("measureBandwidth() has the peak of runs of 0.5 to 1.5 target durations", () => {
  const segments = measurements([1000, 2000], [3000, 2000], [9000, 500]);
  // The last segment is shorter than half of 2 s: it counts together with the one before it.
  assertEquals(measureBandwidth(segments, "cmaf", 2), exactly({ peak: 38400, average: 23112 }));
  assertEquals(measureBandwidth(segments, "mpegts", 2), exactly({ peak: 76800, average: 46223 }));
  assertEquals(measureBandwidth(segments, "keyFrames", 2), exactly({ peak: 64, average: 54 }));
  assertEquals(measureBandwidth(segments, "tsKeyFrames", 2), exactly({ peak: 128, average: 107 }));
});

Deno.test("measureBandwidth() allows estimates of encrypted video", () => {
  const { cmaf, ...others } = measurements([100_000, 2000], [50_000, 2000]);
  const larger = cmaf.map((segment) => ({ ...segment!, maxBytes: segment!.bytes + 1000 }));
  const segments = { ...others, cmaf: larger, isEstimated: true };
  assertEquals(measureBandwidth(segments, "cmaf", 2), {
    peak: 400_000,
    average: 300_000,
    min: { peak: 376_000, average: 277_000 },
    max: { peak: 404_000, average: 304_000 },
  });
  assertEquals(measureBandwidth(segments, "mpegts", 2), {
    peak: 800_000,
    average: 600_000,
    min: { peak: 772_000, average: 574_000 },
    max: { peak: 800_000, average: 600_000 },
  });
  const { min, max } = measureBandwidth(segments, "keyFrames", 2)!;
  assertEquals([min, max], [{ peak: 0, average: 0 }, { peak: 5160, average: 5160 }]);
});

Deno.test("measureBandwidth() ignores runs of more than 1.5 target durations", () => {
  const segments = measurements([9000, 500], [30, 3000]); // 0.5 s is too short, 3.5 s is too long
  assertEquals(measureBandwidth(segments, "cmaf", 2)!.peak, 80);
});

Deno.test("measureBandwidth() has the peak of single segments if all are short", () => {
  assertEquals(measureBandwidth(measurements([100, 100], [50, 100]), "cmaf", 6)!.peak, 8000);
});

Deno.test("measureBandwidth() returns undefined if a segment could not be read", () => {
  const { cmaf, ...others } = measurements([100, 1000], [100, 1000]);
  const broken = { ...others, cmaf: [cmaf[0], undefined] };
  assertEquals(measureBandwidth(broken, "cmaf", 1), undefined);
  const keyFrames = [{ time: 0, bytes: undefined }];
  assertEquals(measureBandwidth({ ...others, cmaf, keyFrames }, "keyFrames", 1), undefined);
});

Deno.test("computeTargetDuration() rounds the longest segment, to at least 1 s", () => {
  const durations = [[2400], [2500], [300], [300, 6400]];
  const targets = durations.map((list) =>
    computeTargetDuration([measurements(...list.map((it): [number, number] => [1, it]))])
  );
  assertEquals(targets, [2, 3, 1, 6]);
});
