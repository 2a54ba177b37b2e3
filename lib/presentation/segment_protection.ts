/** The one place that decides how media of a protected presentation is sent. */

import type { Presentation, Rendition } from "./presentation.ts";
import type {
  CbcsEncryption,
  CencEncryption,
  RenditionEncryption,
  SegmentEncryption,
} from "./encryption.ts";

/** Formats of segments. */
export type MediaFormat = "cmaf" | "mpegts" | "smooth" | "image";

/** Formats of segments, or of manifests. */
export type ProtectedFormat = MediaFormat | "dash";

/**
 * How a segment is sent: clear, with its samples encrypted, or encrypted as a whole. Functions that plan segments require one, which
 * only `SegmentProtection.decide()` creates, so that none can omit encryption.
 */
export class SegmentProtection {
  readonly #samples: CencEncryption | CbcsEncryption | undefined;
  readonly #segment: SegmentEncryption | undefined;

  private constructor(
    { samples, segment }: Partial<Pick<SegmentProtection, "samples" | "segment">>,
  ) {
    this.#samples = samples;
    this.#segment = segment;
  }

  /** Set if samples are encrypted. */
  get samples(): CencEncryption | CbcsEncryption | undefined {
    return this.#samples;
  }

  /** Set if whole segments are encrypted. */
  get segment(): SegmentEncryption | undefined {
    return this.#segment;
  }

  /** Returns undefined if the format does not support the encryption of the rendition. */
  static decide(
    presentation: Pick<Presentation, "protection">,
    rendition: Pick<Rendition, "type"> & { readonly encryption?: RenditionEncryption },
    format: MediaFormat,
  ): SegmentProtection | undefined {
    const { type, encryption } = rendition;
    if (!encryption) {
      const isClear = !presentation.protection || type === "image" || type === "text";
      return isClear ? new SegmentProtection({}) : undefined;
    }
    if (explainUnsupportedFormat(presentation, format) !== undefined) return undefined;
    return encryption.scheme === "aes-128"
      ? new SegmentProtection({ segment: encryption })
      : new SegmentProtection({ samples: encryption });
  }
}

/** Returns why a format does not support the protection of a presentation; undefined if it does. */
export function explainUnsupportedFormat(
  { protection }: Pick<Presentation, "protection">,
  format: ProtectedFormat,
): string | undefined {
  if (!protection) return undefined;
  const { scheme, systems, keys } = protection;
  const isProtected = `it is protected with ${scheme}`;
  switch (format) {
    case "cmaf":
    case "image":
      return undefined;
    case "dash":
      return scheme === "aes-128" ? `${isProtected}, which DASH does not support` : undefined;
    case "mpegts":
      return scheme === "aes-128" ? undefined : `${isProtected}, which MPEG-TS does not support`;
    case "smooth":
      if (scheme !== "cenc") return `${isProtected}, expected cenc for Smooth Streaming`;
      if (keys.size > 1) return `it is protected with ${keys.size} keys, expected one`;
      return systems.includes("playready")
        ? undefined
        : "it is protected, and playready is not among its DRM systems";
  }
}
