import type { SourceUsage } from "../source_usage.ts";
import type { CacheStatus, ResponseCategory } from "../response_category.ts";

/** An HTTP request, independent of the listener. */
export interface HttpRequest extends ResponseRecord {
  readonly method: string;
  /** As sent, neither decoded nor normalized. */
  readonly rawPath: string;
  /** As sent, without `?`; may be empty. */
  readonly rawQuery?: string;
  readonly headers: Headers;
  /**
   * Reads the body; absent: there is none. To be called once, before the response is returned.
   *
   * @throws RequestError as `readRequestBody()`
   */
  readonly readBody?: () => Promise<Uint8Array>;
  /** Host and port of the URL. */
  readonly authority?: string | undefined;
  readonly connection?: string;
  /** Address of the other end; to be read before the response is returned. */
  readonly remoteAddress?: string;
  /** Settles when a streamed response has ended; to be read before the response is returned. */
  readonly completed?: Promise<unknown>;
  /** Aborts when the client goes before the response was made. Slow to read. */
  readonly signal?: AbortSignal;
  /** What access control decided, before the response is made; absent: nothing restricts the request. */
  admission?: RequestAdmission | undefined;
}

export interface RequestAdmission {
  /** No shared cache may store the response. */
  readonly isPrivate: boolean;
  /** False where no policy requires a token. */
  readonly hasToken: boolean;
  /** Query parameter with an access token, which manifests pass on. */
  readonly tokenParameter?: string;
}

/** Facts for the log and the metrics, set while the response is made: on the request, so that nothing is allocated. */
export interface ResponseRecord {
  /** Set for channels: a 404 can be a 200 at any moment, and is never stored. */
  isLive?: boolean;
  /** Absent until the path is parsed. */
  category?: ResponseCategory;
  cache?: CacheStatus | undefined;
  /** False for health checks, which would fill the log; absent: true. */
  isLogged?: boolean;
  /** What was read of origins; absent: nothing is counted. */
  source?: SourceUsage | undefined;
  /** Bytes of a streamed body that the listener has taken. */
  streamedBytes?: number;
}
