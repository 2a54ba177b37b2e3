/** An HTTP request, independent of the listener. */
export interface HttpRequest {
  readonly method: string;
  /** As sent, neither decoded nor normalized. */
  readonly rawPath: string;
  /** As sent, without `?`; may be empty. */
  readonly rawQuery?: string;
  readonly headers: Headers;
  /** Host and port of the URL. */
  readonly authority?: string | undefined;
  readonly connection?: string;
  /** Settles when a streamed response has ended; to be read before the response is returned. */
  readonly completed?: Promise<unknown>;
}
