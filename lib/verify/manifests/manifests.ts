/** Compares all manifests with the measurements of the segments. */

import type { Presentation } from "../../presentation/presentation.ts";
import type { RenditionMeasurements } from "../measurements.ts";
import type { Format } from "../findings.ts";
import { checkHls } from "./hls.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { checkMpd } from "./mpd.ts";
import { computeTargetDuration } from "./measured_bandwidth.ts";
import { checkSmoothManifest } from "./smooth_manifest.ts";
import { createTally } from "../build.ts";
import type { Builder, Tally } from "../build.ts";

export function checkManifests(
  presentation: Presentation,
  { measurements, builder }: {
    measurements: ReadonlyMap<string, RenditionMeasurements>;
    builder: Builder;
  },
): Tally[] {
  const played = [...presentation.renditions.values()].filter(({ type }) =>
    type === "video" || type === "audio"
  );
  const targetSeconds = computeTargetDuration(played.map(({ name }) => measurements.get(name)!));
  const createContext = (format: Format): ManifestContext => ({
    presentation,
    measurements,
    builder,
    targetSeconds,
    tally: createTally({ format, rendition: "" }),
    reportAt: (rendition = "", segmentIndex) =>
      builder.findings.at({
        format,
        rendition,
        ...segmentIndex === undefined ? {} : { segment: segmentIndex + 1 },
      }),
  });
  const checks = [
    [(context: ManifestContext) => checkMpd(context, "vtt"), "DASH manifest"],
    [(context: ManifestContext) => checkMpd(context, "wvtt"), "DASH manifest, wvtt"],
    [(context: ManifestContext) => checkHls(context, "fmp4"), "HLS playlists"],
    [(context: ManifestContext) => checkHls(context, "ts"), "HLS playlists, MPEG-TS"],
    [checkSmoothManifest, "Smooth manifest"],
  ] as const;
  return checks.flatMap(([check, format]) => {
    const context = createContext(format);
    return check(context) ? [context.tally] : [];
  });
}
