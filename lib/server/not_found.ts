/** Errors for what an asset does not have. */

import { RequestError } from "../errors.ts";
import type { Rendition } from "../presentation/presentation.ts";

/** Creates `Cannot find …`. */
export function notFound(what: string): RequestError {
  return new RequestError("NOT_FOUND", `Cannot find ${what}`);
}

/** Creates the error for a resource that renditions of this type or codec do not have. */
export function unsupportedByRendition(rendition: Rendition, what: string): RequestError {
  const codec = rendition.type === "text" ? "WebVTT" : rendition.description.codec;
  return notFound(`${what} of '${rendition.name}': it is ${rendition.type}, ${codec}`);
}
