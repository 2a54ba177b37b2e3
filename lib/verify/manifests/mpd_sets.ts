/** AdaptationSets of an MPD with the renditions of their Representations. */

import type { Rendition } from "../../presentation/presentation.ts";
import { getAttribute, getChildren } from "../readers/xml_elements.ts";
import type { Element } from "../readers/xml_elements.ts";
import type { ManifestContext } from "./manifest_context.ts";

export interface DeclaredMembers {
  /** AdaptationSet. */
  readonly element: Element;
  readonly members: readonly { readonly element: Element; readonly rendition: Rendition }[];
}

/** Omits Representations without a rendition, which are reported elsewhere. */
export function readDeclaredMembers(
  element: Element,
  { presentation }: ManifestContext,
): DeclaredMembers {
  const members = getChildren(element, "Representation").flatMap((member) => {
    const rendition = presentation.renditions.get(getAttribute(member, "id"));
    return rendition ? [{ element: member, rendition }] : [];
  });
  return { element, members };
}
