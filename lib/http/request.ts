/** An HTTP request, independent of the listener that received it. */
export interface HttpRequest {
  readonly method: string;
  /** The path exactly as sent, without the query: neither decoded nor normalized. */
  readonly rawPath: string;
  /** The query exactly as sent, without its `?`; empty or absent if there is none. */
  readonly rawQuery?: string;
  readonly headers: Headers;
  /** Identifies the client's connection. */
  readonly connection?: string;
  /** Settles when a streamed response has ended or failed; must be read before the response is returned. */
  readonly completed?: Promise<unknown>;
}
