import { RequestError } from "../errors.ts";
import type { Rendition } from "../presentation/presentation.ts";

export function notFound(what: string): RequestError {
  return new RequestError("NOT_FOUND", `Cannot find ${what}`);
}

export function unsupportedByRendition(rendition: Rendition, what: string): RequestError {
  const codec = rendition.type === "text"
    ? rendition.stpp?.codec ?? "WebVTT"
    : rendition.description.codec;
  return notFound(`${what} of '${rendition.name}': its codec is ${codec}`);
}
