/** What the recorder counts, as plain values that another thread can receive (docs/metrics.md). */

export type IngestProtocol = "http" | "rtmp";

/** What became of a fragment. */
export type FragmentResult = "stored" | "repeated" | "late" | "refused";

export interface IngestCounts {
  /** Open connections. */
  connections: number;
  /** Connections closed at once, since there were too many. */
  rejectedConnections: number;
  /** Publishers of which a request is open, or was within the last minute. */
  readonly publishers: Record<IngestProtocol, number>;
  readonly receivedBytes: Record<IngestProtocol, number>;
  readonly fragments: Record<FragmentResult, number>;
  /** By reason. */
  readonly periods: Record<string, number>;
  /** Responses by status. */
  readonly responses: Record<number, number>;
}

export function createIngestCounts(): IngestCounts {
  return {
    connections: 0,
    rejectedConnections: 0,
    publishers: { http: 0, rtmp: 0 },
    receivedBytes: { http: 0, rtmp: 0 },
    fragments: { stored: 0, repeated: 0, late: 0, refused: 0 },
    periods: {},
    responses: {},
  };
}

export function addCount<K extends string | number>(counts: Partial<Record<K, number>>, key: K) {
  counts[key] = (counts[key] ?? 0) + 1;
}
