import { RequestError } from "../errors.ts";
import type { Presentation, Rendition } from "../presentation/presentation.ts";
import { explainUnsupportedFormat, type MediaFormat } from "../presentation/segment_protection.ts";

export function notFound(what: string): RequestError {
  return new RequestError("NOT_FOUND", `Cannot find ${what}`);
}

export function unsupportedByRendition(rendition: Rendition, what: string): RequestError {
  const codec = rendition.type === "text"
    ? rendition.stpp?.codec ?? "WebVTT"
    : rendition.description.codec;
  return notFound(`${what} of '${rendition.name}': its codec is ${codec}`);
}

export function unsupportedByProtection(
  presentation: Presentation,
  rendition: Rendition,
  { what, format }: { readonly what: string; readonly format: MediaFormat },
): RequestError {
  const why = explainUnsupportedFormat(presentation, format) ?? "it is protected";
  return notFound(`${what} of '${rendition.name}': ${why}`);
}

/** Methods of encoders. */
const PUBLISHING = ["PUT", "POST"];

/** @param allowed methods of the resource */
export function methodNotAllowed(method: string, allowed: string): RequestError {
  const hint = PUBLISHING.includes(method) ? "; encoders publish at the address of --ingest" : "";
  const what = `the method ${method.slice(0, 20)}: expected ${allowed}${hint}`;
  return new RequestError("METHOD_NOT_ALLOWED", `Cannot use ${what}`);
}
