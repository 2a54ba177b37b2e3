/** Accesses parsed XML elements: attributes as `@name`, children by name. */

import { parse } from "@libs/xml/parse";
import { MediaError } from "../../errors.ts";

export type Element = { [name: string]: string | Element | Element[] | undefined };

/** @throws MediaError unless it is a document with that root */
export function readRoot(text: string, name: string): Element {
  try {
    return getChild(parse(text) as unknown as Element, name);
  } catch (error) {
    if (error instanceof SyntaxError) throw new MediaError("Cannot read XML");
    throw error;
  }
}

export function getChildren(element: Element, name: string): Element[] {
  const found = element[name];
  if (found === undefined || found === null) return [];
  return (Array.isArray(found) ? found : [found]) as Element[];
}

/** @throws MediaError unless there is exactly one */
export function getChild(element: Element, name: string): Element {
  const [first, ...more] = getChildren(element, name);
  if (!first || more.length > 0) throw new MediaError(`Cannot find exactly one ${name}`);
  return first;
}

export function getAttribute(element: Element, name: string): string {
  return String(element[`@${name}`] ?? "");
}
