import type { ResponseRecord } from "../http/request.ts";
import { getSentBytes } from "../http/response.ts";
import { ResponseCounts } from "../metrics/response_counts.ts";
import type { WorkerCounts } from "../metrics/worker_counts.ts";
import type { App } from "../server/app.ts";
import { takeCounts } from "../server/app_counts.ts";

type RecordedRequest = ResponseRecord & Required<Pick<ResponseRecord, "category">>;

/** Counts the responses of a worker, for the metrics of the main thread. */
export class WorkerMetrics {
  readonly #responses = new ResponseCounts();
  readonly #app: App;
  readonly #post: (counts: WorkerCounts) => void;

  constructor(app: App, post: (counts: WorkerCounts) => void) {
    this.#app = app;
    this.#post = post;
  }

  /** To be called for each request. */
  begin(): void {
    this.#responses.begin();
  }

  /** To be called when the response has ended. */
  end(request: RecordedRequest, response: Response, durationMs: number): void {
    const bytes = getSentBytes(request, response);
    this.#responses.end(request.category, response.status, bytes, durationMs);
  }

  /** Sends what was counted since the last call. */
  post(): void {
    this.#post(takeCounts(this.#app, this.#responses));
  }
}
