/** TTML document (W3C TTML1, TTML2, IMSC1). */

import { MediaError } from "../../errors.ts";
import { MAX_LANGUAGE_TAG } from "../../language.ts";
import type { ParseWarnings } from "../parse_warnings.ts";
import { readTtmlClock } from "./clock.ts";
import type { TtmlClock } from "./clock.ts";
import { parseTtmlTime } from "./time.ts";
import { parseXml } from "../../xml_reader.ts";
import type { XmlNode } from "../../xml_reader.ts";

export interface TtmlDocument {
  readonly root: XmlNode;
  readonly clock: TtmlClock;
  /** Time code of the first frame of the programme, in seconds (EBU Tech 3350); 0 if undeclared. */
  readonly programmeStart: number;
  readonly language: string;
  /** tts:extent in pixels. */
  readonly extent?: { readonly width: number; readonly height: number } | undefined;
  readonly cellResolution: { readonly columns: number; readonly rows: number };
  readonly profile: string;
}

/** Drafts before 2010 used other namespaces (`ttaf1`). */
function mapTtmlPrefix(namespace: string, prefix: string): string {
  if (/\/imsc1#(styling|parameter|metadata)$/.test(namespace)) {
    return namespace.endsWith("styling") ? "itts" : "ittp";
  }
  const [, part] =
    /^http:\/\/www\.w3\.org\/(?:ns\/ttml|\d{4}\/\d{2}\/ttaf1)(?:#(\w+))?$/.exec(namespace) ?? [];
  const isTtml = part !== undefined || /\/(?:ns\/ttml|ttaf1)$/.test(namespace);
  if (isTtml) return NAMESPACE_PREFIXES[part ?? ""] ?? "other";
  if (namespace.includes("smpte-tt")) return "smpte";
  if (namespace.startsWith("urn:ebu:tt:")) return "ebu";
  if (namespace === "http://www.w3.org/XML/1998/namespace") return "xml";
  return namespace === "" && Object.values(NAMESPACE_PREFIXES).includes(prefix) ? prefix : "other";
}

const NAMESPACE_PREFIXES: Record<string, string> = {
  "": "tt",
  styling: "tts",
  style: "tts",
  parameter: "ttp",
  metadata: "ttm",
};

/** @throws MediaError if the text is not XML or not TTML */
export function readTtmlDocument(text: string, warnings: ParseWarnings): TtmlDocument {
  const root = parseXml(text, mapTtmlPrefix);
  if (root.name !== "tt:tt" && root.name !== "tt") {
    const name = root.name.slice(0, 40);
    throw new MediaError(`Cannot read TTML: the root element is <${name}>`, "MEDIA_UNSUPPORTED");
  }
  const clock = readTtmlClock(root, warnings);
  return {
    root,
    clock,
    programmeStart: readProgrammeStart(root, clock),
    language: readLanguage(root) ?? "",
    extent: readExtent(root),
    cellResolution: readCellResolution(root),
    profile: detectProfile(root),
  };
}

/** Returns undefined without xml:lang; "" for a tag that is too long. */
export function readLanguage({ attributes }: XmlNode): string | undefined {
  const tag = attributes.get("xml:lang");
  return tag !== undefined && tag.length > MAX_LANGUAGE_TAG ? "" : tag;
}

function readExtent({ attributes }: XmlNode): TtmlDocument["extent"] {
  const [, width, height] =
    /^\s*(\d{1,6})px\s+(\d{1,6})px\s*$/.exec(attributes.get("tts:extent") ?? "") ?? [];
  if (!Number(width) || !Number(height)) return undefined;
  return { width: Number(width), height: Number(height) };
}

function readCellResolution({ attributes }: XmlNode): TtmlDocument["cellResolution"] {
  const [, columns, rows] =
    /^\s*(\d{1,6})\s+(\d{1,6})\s*$/.exec(attributes.get("ttp:cellResolution") ?? "") ?? [];
  return { columns: Number(columns) || 32, rows: Number(rows) || 15 };
}

/** W3C, "TTML Media Type Definition and Profile Registry". */
const PROFILES: readonly [designator: RegExp, name: string][] = [
  [/\/imsc1\.[12]\/text\b/, "im2t"],
  [/\/imsc1\.[12]\/image\b/, "im2i"],
  [/\/imsc1\/text\b/, "im1t"],
  [/\/imsc1\/image\b/, "im1i"],
  [/urn:ebu:tt:distribution:/, "etd1"],
];

function detectProfile(root: XmlNode): string {
  const attributes = ["ttp:profile", "ttp:contentProfiles", "ttp:processorProfiles"]
    .map((name) => root.attributes.get(name) ?? "").join(" ");
  const elements = getHeadElements(root).map((node) => {
    if (node.name === "ttp:profile") return node.attributes.get("use") ?? "";
    return node.name === "ebu:conformsToStandard" ? getOwnText(node) : "";
  });
  const text = [attributes, ...elements].join(" ");
  return PROFILES.find(([designator]) => designator.test(text))?.[1] ?? "";
}

function readProgrammeStart(root: XmlNode, clock: TtmlClock): number {
  const start = getHeadElements(root).find(({ name }) => name === "ebu:documentStartOfProgramme");
  return start ? parseTtmlTime(getOwnText(start), clock) ?? 0 : 0;
}

function getOwnText({ children }: XmlNode): string {
  return children.filter((child) => typeof child === "string").join("");
}

/** Returns the elements of the head and its metadata. */
function getHeadElements(root: XmlNode): XmlNode[] {
  const found: XmlNode[] = [];
  const visit = (node: XmlNode, depth: number) => {
    found.push(node);
    if (depth < 4) { for (const child of getChildElements(node)) visit(child, depth + 1); }
  };
  const [head] = getTtmlChildren(root, "head");
  if (head) visit(head, 0);
  return found;
}

/** Elements of other vocabularies, animations and definitions. */
const WITHOUT_TEXT =
  /^(?:ttm|ttp|tts|smpte|ebu):|^(?:tt:)?(?:metadata|set|animate|style|styling|region|layout|initial|resources|audio|image|data|chunk|source|font)$/;

/** Returns true for unknown elements too, such as `<i>`, since viewers need their text. */
export function mayContainText({ name }: XmlNode): boolean {
  return !WITHOUT_TEXT.test(name);
}

export function getChildElements(node: XmlNode): XmlNode[] {
  return node.children.filter((child): child is XmlNode => typeof child !== "string");
}

/** Some programs omit the namespace. */
export function isTtmlName(name: string, local: string): boolean {
  return name === `tt:${local}` || name === local;
}

export function getTtmlChildren(node: XmlNode, ...locals: readonly string[]): XmlNode[] {
  return getChildElements(node).filter(({ name }) =>
    locals.some((local) => isTtmlName(name, local))
  );
}
