/** Every manifest of a presentation, read as a client does, and held against what was read back of the segments. */

import type { Presentation } from "../../presentation/presentation.ts";
import type { RenditionFacts } from "../measurements.ts";
import type { Form } from "../findings.ts";
import { checkHls } from "./hls.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { checkMpd } from "./mpd.ts";
import { targetDuration } from "./measured_bandwidth.ts";
import { checkSmoothManifest } from "./smooth_manifest.ts";
import { newTally } from "../build.ts";
import type { Tally, Workbench } from "../build.ts";

/** Counts what is found of manifests by protocol. */
export function checkManifests(
  presentation: Presentation,
  { facts, bench }: { facts: ReadonlyMap<string, RenditionFacts>; bench: Workbench },
): Tally[] {
  const played = [...presentation.renditions.values()].filter(({ type }) =>
    type === "video" || type === "audio"
  );
  const target = targetDuration(played.map(({ name }) => facts.get(name)!));
  const context = (form: Form): ManifestContext => ({
    presentation,
    facts,
    bench,
    target,
    tally: newTally({ form, rendition: "" }),
    sayOf: (rendition = "", segment) =>
      bench.findings.at({
        form,
        rendition,
        ...segment === undefined ? {} : { segment: segment + 1 },
      }),
  });
  const checks = [
    [(context: ManifestContext) => checkMpd(context, "vtt"), "DASH manifest"],
    [(context: ManifestContext) => checkMpd(context, "wvtt"), "DASH manifest, wvtt"],
    [(context: ManifestContext) => checkHls(context, "fmp4"), "HLS playlists"],
    [(context: ManifestContext) => checkHls(context, "ts"), "HLS playlists, MPEG-TS"],
    [checkSmoothManifest, "Smooth manifest"],
  ] as const;
  return checks.flatMap(([check, form]) => {
    const made = context(form);
    return check(made) ? [made.tally] : [];
  });
}
