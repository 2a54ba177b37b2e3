/** The package file: video.json ⇄ Package. Its published form is schema.json. */

/** What `amspackager` writes and `ams` reads. */
export interface Package {
  /** In seconds, at least 0.5. */
  readonly segmentDuration: number;
  readonly tracks: readonly PackageTrack[];
}

/** `file`, `track`, `name`, `language`, `label`, `role` are the operator's; the others are hints for listings. */
export interface PackageTrack {
  /** Relative to the package, with `/`. */
  readonly file: string;
  /** track_ID; left out for a text file. */
  readonly track?: number;
  readonly type: "video" | "audio" | "text" | "image";
  /** ISO 639-2 (three letters). */
  readonly language: string;
  /** Unique in the package, `[A-Za-z0-9_=-]+`. */
  readonly name: string;
  readonly label?: string;
  readonly role?: string;
  readonly codec?: string;
  readonly bandwidth?: number;
  readonly averageBandwidth?: number;
  readonly width?: number;
  readonly height?: number;
  readonly frameRate?: string;
  readonly channels?: number;
  readonly sampleRate?: number;
}

/**
 * @param text the file's content
 * @throws MediaError `PACKAGE_INVALID` that names the key, and for unknown keys the key too
 */
export function parsePackage(text: string): Package {
  throw new Error(`not yet ${text}`);
}

/** The file's content, pretty-printed, with a newline at the end. */
export function formatPackage(pack: Package): string {
  throw new Error(`not yet ${pack}`);
}
