/** Concurrent reads under equal keys happen once. */
export interface ResourceKey {
  readonly file: string;
  readonly etag: string;
}

export function formatResourceKey({ file, etag }: ResourceKey): string {
  return `${file} ${etag}`;
}
