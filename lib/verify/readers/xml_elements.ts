/** Accesses parsed XML elements: attributes as `@name`, children by name. */

import { MediaError } from "../../errors.ts";

export type Element = { [name: string]: string | Element | Element[] | undefined };

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
