/** Identifies the bytes of a resource: concurrent reads under equal keys happen once. */
export interface ResourceKey {
  /** Relative to the document root. */
  readonly file: string;
  readonly etag: string;
}

export function formatResourceKey({ file, etag }: ResourceKey): string {
  return `${file} ${etag}`;
}
