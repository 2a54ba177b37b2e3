/** Compares colour descriptors of video (23009-1 §5.8.5.5, ISO/IEC 23091-2) with the files (docs/design/signalling.md). */

import type { ExpectedVideo } from "../expected/signalling.ts";
import { getAttribute, getChildren } from "../readers/xml_elements.ts";
import type { Element } from "../readers/xml_elements.ts";
import { getExpectedVideo } from "./manifest_signalling.ts";
import type { ManifestContext } from "./manifest_context.ts";
import type { DeclaredMembers } from "./mpd_sets.ts";

const CICP_PREFIX = "urn:mpeg:mpegB:cicp:";

const COLOUR_DESCRIPTORS = [
  ["ColourPrimaries", "primaries"],
  ["TransferCharacteristics", "transfer"],
  ["MatrixCoefficients", "matrix"],
] as const;

/** ISO/IEC 23091-2. */
const UNSPECIFIED_POINT = 2;

export function checkMpdColour(sets: readonly DeclaredMembers[], context: ManifestContext): void {
  const videos = sets.flatMap(({ members: [first] }) =>
    first && getExpectedVideo(context, first.rendition) || []
  );
  const isMixed = videos.some(({ range }) => range !== "PQ");
  for (const { element, members } of sets) {
    for (const { rendition } of members) {
      const video = getExpectedVideo(context, rendition);
      if (!video) continue;
      const message = findColourDifference(element, video, isMixed);
      if (message) context.reportAt(rendition.name)("colour", message);
    }
  }
}

/** Only high dynamic range is declared; PQ is essential next to other video. */
function findColourDifference(
  element: Element,
  { range, colour }: ExpectedVideo,
  isMixed: boolean,
): string | undefined {
  const essential = readCicp(element, "EssentialProperty");
  const supplemental = readCicp(element, "SupplementalProperty");
  const isEssential = range === "PQ" && isMixed;
  const [declared, other] = isEssential ? [essential, supplemental] : [supplemental, essential];
  if (other.size > 0) return `its colour is ${isEssential ? "not " : ""}essential`;
  for (const [name, key] of COLOUR_DESCRIPTORS) {
    const value = range === "SDR" ? UNSPECIFIED_POINT : colour[key];
    const expected = value === UNSPECIFIED_POINT ? undefined : `${value}`;
    const got = declared.get(name);
    if (got !== expected) return `got ${name} ${got}, expected ${expected}`;
  }
  return undefined;
}

function readCicp(element: Element, name: string): Map<string, string> {
  const properties = getChildren(element, name).map((property) =>
    ["schemeIdUri", "value"].map((attribute) => getAttribute(property, attribute))
  );
  return new Map(
    properties.filter(([scheme]) => scheme!.startsWith(CICP_PREFIX))
      .map(([scheme, value]) => [scheme!.slice(CICP_PREFIX.length), value!]),
  );
}
