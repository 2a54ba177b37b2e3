/** Elements of a document as the XML library gives them: attributes as `@name`, children by name. */

import { MediaError } from "../../errors.ts";

export type Element = { [name: string]: string | Element | Element[] | undefined };

export function children(element: Element, name: string): Element[] {
  const found = element[name];
  if (found === undefined || found === null) return [];
  return (Array.isArray(found) ? found : [found]) as Element[];
}

/** @throws MediaError when there is not exactly one */
export function child(element: Element, name: string): Element {
  const [first, ...more] = children(element, name);
  if (!first || more.length > 0) throw new MediaError(`Cannot find one ${name}`);
  return first;
}

/** "" where it is not there. */
export function attribute(element: Element, name: string): string {
  return String(element[`@${name}`] ?? "");
}
