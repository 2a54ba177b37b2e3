/** Checks the boxes of any Smooth Streaming fragment ([MS-SSTR] 2.2.4). */

import type { FragmentMeasurements } from "../measurements.ts";
import type { Report } from "../findings.ts";
import type { MovieFragment } from "../readers/fragment.ts";

export function checkSmoothBoxes(
  { boxTypes, trafs, samples, unusedMdatBytes }: MovieFragment,
  report: Report,
): FragmentMeasurements | undefined {
  const [traf, ...more] = trafs;
  if (boxTypes.join(" ") !== "moof mdat") {
    report("boxes", `got ${boxTypes.join(" ")}, expected moof mdat`);
  }
  if (!traf || more.length > 0) report("boxes", `got ${trafs.length} trafs, expected 1`);
  if (unusedMdatBytes !== 0) report("mdat", `${unusedMdatBytes} bytes belong to no sample`);
  const rows = traf?.sdtp?.length ?? 0;
  if (traf && rows !== samples.count) {
    report("boxes", `got ${rows} rows in sdtp, expected ${samples.count}`);
  }
  checkDependencies(traf?.sdtp, samples.flags, report);
  if (!traf?.tfxd) {
    report("boxes", "tfxd is missing");
    return undefined;
  }
  const sum = samples.durations.reduce((sum, duration) => sum + duration, 0);
  const { duration } = traf.tfxd;
  if (duration !== sum && samples.count > 1) {
    report("duration", `tfxd has ${duration}, the samples ${sum} (100 ns)`);
  }
  return traf.tfxd;
}

/** Old devices find key frames by sdtp. */
function checkDependencies(
  dependencies: Uint8Array | undefined,
  flags: Float64Array,
  report: Report,
): void {
  const wrong = dependencies?.findIndex((row, i) => row !== (flags[i]! >>> 20 & 255)) ?? -1;
  if (wrong >= 0) report("flags", `sdtp contradicts sample ${wrong + 1} of the fragment`);
}
