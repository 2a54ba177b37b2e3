/** Compares all manifests with the measurements of the segments. */

import type { Presentation } from "../../presentation/presentation.ts";
import { explainUnsupportedFormat } from "../../presentation/segment_protection.ts";
import type { RenditionMeasurements } from "../measurements.ts";
import type { Format } from "../findings.ts";
import { checkHls } from "./hls.ts";
import { hasHlsKeys } from "./license_systems.ts";
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
  return CHECKS.flatMap(([format, isSupported, check]) => {
    if (!isSupported(presentation)) return [];
    const context = createContext(format);
    return check(context) ? [context.tally] : [];
  });
}

type ManifestCheck = readonly [
  format: Format,
  isSupported: (presentation: Presentation) => boolean,
  /** Returns false for a manifest that does not exist. */
  check: (context: ManifestContext) => boolean,
];

/** Returns whether protection supports a format, as the server does. */
function supports(
  format: Parameters<typeof explainUnsupportedFormat>[1],
): (presentation: Presentation) => boolean {
  return (presentation) => explainUnsupportedFormat(presentation, format) === undefined;
}

const CHECKS: readonly ManifestCheck[] = [
  ["DASH manifest", supports("dash"), (context) => checkMpd(context, "vtt")],
  ["DASH manifest, wvtt", supports("dash"), (context) => checkMpd(context, "wvtt")],
  ["HLS playlists", hasHlsKeys, (context) => checkHls(context, "fmp4")],
  ["HLS playlists, MPEG-TS", supports("mpegts"), (context) => checkHls(context, "ts")],
  ["Smooth manifest", supports("smooth"), checkSmoothManifest],
];
