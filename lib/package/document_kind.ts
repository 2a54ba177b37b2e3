/** Which JSON files are those of AMS. */

import { isChannelFile } from "./channel_file.ts";

/** Other programs write JSON next to media, too. `invalid`: it seems to be one of AMS, but is no JSON. */
export type DocumentKind = "package" | "channel" | "other" | "invalid";

export function getDocumentKind(text: string): DocumentKind {
  try {
    const document: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    const isOwn = typeof document === "object" && document !== null && "ams" in document;
    if (!isOwn) return "other";
    return isChannelFile(document) ? "channel" : "package";
  } catch (error) {
    if (error instanceof SyntaxError) return /"ams"\s*:/.test(text) ? "invalid" : "other";
    throw error;
  }
}
