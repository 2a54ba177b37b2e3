/** MPDs that encoders push (23009-1 §5): which files are of which Representation, and what it is. */

import { MediaError } from "../../errors.ts";
import { parseXml, type XmlNode } from "../../xml_reader.ts";
import { resolveReference } from "./manifest_path.ts";
import { findChildren, readDeclaration, readElementText } from "./mpd_descriptors.ts";
import { type PushedManifest, type PushedStream, toStreamName } from "./pushed_manifest.ts";
import { compileTemplate } from "./segment_template.ts";

const NAMESPACE = "urn:mpeg:dash:schema:mpd:2011";

/** Streams of one publisher: see `Publishers`. */
const MAX_REPRESENTATIONS = 100;

/**
 * Reads the last Period, which may have no Representation yet.
 *
 * @throws MediaError for what is no MPD, has Representations without SegmentTemplate alone, or two of one id
 */
export function parsePushedMpd(text: string): PushedManifest {
  const mpd = parseXml(
    text,
    (namespace, prefix) => namespace.toLowerCase() === NAMESPACE ? "" : prefix || "other",
  );
  if (mpd.name !== "MPD") {
    throw new MediaError(`Cannot find MPD: the document is a ${mpd.name.slice(0, 40)}`);
  }
  const period = findChildren(mpd, "Period").at(-1);
  if (!period) throw new MediaError("Cannot find Period").in("MPD");
  const base = resolveBase(resolveBase("", mpd), period);
  const sets = findChildren(period, "AdaptationSet");
  const count = countRepresentations(sets);
  const streams = sets.flatMap((set) => readSet(set, period, base));
  if (count > 0 && streams.length === 0) {
    throw new MediaError("Cannot find a Representation with SegmentTemplate").in("MPD/Period");
  }
  checkNames(streams);
  const isOver = mpd.attributes.get("type") === "static" || !mpd.attributes.has("type");
  return { isOver, streams, declarations: new Map() };
}

function readSet(set: XmlNode, period: XmlNode, periodBase: string): PushedStream[] {
  const base = resolveBase(periodBase, set);
  return findChildren(set, "Representation").flatMap((representation) => {
    const levels = [period, set, representation];
    const templates = levels.flatMap((level) => findChildren(level, "SegmentTemplate").slice(0, 1));
    const [media, initialization] = ["media", "initialization"].map((name) =>
      templates.findLast(({ attributes }) => attributes.has(name))?.attributes.get(name)
    );
    if (media === undefined || initialization === undefined) return [];
    const stream = { base: resolveBase(base, representation), media, initialization };
    return [createStream(representation, set, stream)];
  });
}

interface StreamTemplates {
  readonly base: string;
  readonly media: string;
  readonly initialization: string;
}

function createStream(
  representation: XmlNode,
  set: XmlNode,
  { base, media, initialization }: StreamTemplates,
): PushedStream {
  const id = representation.attributes.get("id") ?? "";
  const name = toStreamName(id);
  if (name === "") throw new MediaError("Cannot read a Representation without an id").in("MPD");
  const values = { id, bandwidth: representation.attributes.get("bandwidth") ?? "" };
  const compile = (template: string) => {
    const path = resolveReference(base, template);
    if (path !== undefined) return compileTemplate(path, values);
    throw new MediaError(
      `Cannot use ${
        template.slice(0, 100)
      } of Representation ${name}, expected a path relative to the MPD`,
    );
  };
  return {
    name,
    isInit: compile(initialization),
    isSegment: compile(media),
    isExpected: () => false,
    declaration: readDeclaration(set, representation),
  };
}

function countRepresentations(sets: readonly XmlNode[]): number {
  const count = sets.reduce((sum, set) => sum + findChildren(set, "Representation").length, 0);
  if (count <= MAX_REPRESENTATIONS) return count;
  throw new MediaError(
    `Cannot store ${count} Representations, expected at most ${MAX_REPRESENTATIONS}`,
    "MEDIA_UNSUPPORTED",
  );
}

function checkNames(streams: readonly PushedStream[]): void {
  const names = new Set<string>();
  for (const { name } of streams) {
    if (names.has(name.toLowerCase())) {
      throw new MediaError(`Cannot store two Representations with the id ${name}`);
    }
    names.add(name.toLowerCase());
  }
}

/** An absolute BaseURL is that of viewers; encoders push next to the MPD. */
function resolveBase(base: string, node: XmlNode): string {
  const [element] = findChildren(node, "BaseURL");
  if (!element) return base;
  const resolved = resolveReference(base, readElementText(element));
  return resolved === undefined ? base : resolved.replace(/[^/]*$/, "");
}
