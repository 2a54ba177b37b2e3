/** npm's imsc.js, which dash.js and browsers' players use: a second reader of TTML. Its rendering needs a browser, so it is not imported. */

import doc from "imsc/doc";
import isd from "imsc/isd";

/** Element of an intermediate synchronic document (TTML1 §9.3.2). */
interface IsdElement {
  readonly kind?: string;
  readonly text?: string;
  readonly contents?: readonly IsdElement[];
  readonly styleAttrs?: Readonly<Record<string, unknown>>;
}

interface Document {
  getMediaTimeEvents(): number[];
}

const { fromXML } = doc as unknown as {
  fromXML(text: string, handler: Record<string, (message: string) => void>): Document;
};
const { generateISD } = isd as unknown as {
  generateISD(document: Document, time: number, handler: object): { contents: IsdElement[] };
};

export interface ImscReading {
  /** Times at which the text changes, in seconds. */
  readonly times: readonly number[];
  readonly errors: readonly string[];
  /** Lines of the visible paragraphs at a time, sorted. */
  getTexts(time: number): string[];
}

export function readWithImsc(text: string): ImscReading {
  const errors: string[] = [];
  const report = (message: string) => void errors.push(message);
  const handler = { info: () => {}, warn: report, error: report, fatal: report };
  const document = fromXML(text, handler);
  return {
    times: document.getMediaTimeEvents(),
    errors,
    getTexts: (time) =>
      generateISD(document, time, handler).contents.flatMap(getParagraphs).filter(Boolean).sort(),
  };
}

function getParagraphs(element: IsdElement): string[] {
  const { kind, contents = [] } = element;
  if (kind === "p") return [normalizeSpace(getText(element))];
  return contents.flatMap(getParagraphs);
}

function getText({ kind, text = "", contents = [], styleAttrs = {} }: IsdElement): string {
  if (kind === "br") return "\n";
  const isVisible = styleAttrs["http://www.w3.org/ns/ttml#styling visibility"] !== "hidden";
  const isRubyText = styleAttrs["http://www.w3.org/ns/ttml#styling ruby"] === "text";
  if (isRubyText) return "";
  return (isVisible ? text : "") + contents.map(getText).join("");
}

/** Removes marks of direction, and the spaces that lines start or end with. */
export function normalizeSpace(text: string): string {
  return text.split("\n")
    .map((line) => line.replace(/[\u200E\u200F]/g, "").replace(/[ \t]+/g, " ").trim())
    .filter(Boolean).join("\n");
}
