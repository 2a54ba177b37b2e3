import { createOriginFetch } from "../../../lib/storage/remote/origin_fetch.ts";
import {
  OriginClient,
  type OriginClientOptions,
} from "../../../lib/storage/remote/origin_client.ts";
import type { RemoteOrigin } from "../../../lib/storage/remote/origin.ts";
import { RangeClient } from "../../../lib/storage/remote/range_client.ts";
import { ANONYMOUS } from "../../../lib/storage/remote/signer.ts";
import type { SentRequest } from "../../../lib/storage/remote/attempt.ts";
import { STALL_LIMITS, StallClock } from "./stall_clock.ts";
import { TestOrigin } from "./test_origin.ts";

/** A client of a test origin, and what it reports. */
export class RemoteClient implements AsyncDisposable {
  readonly clock = new StallClock();
  readonly sent: SentRequest[] = [];
  readonly log: string[] = [];
  readonly client: OriginClient;
  readonly reader: RangeClient;
  readonly #connections = createOriginFetch();
  retries = 0;

  constructor(
    readonly origin: TestOrigin,
    options: Partial<OriginClientOptions> = {},
    mount: RemoteOrigin = { kind: "http", url: `${origin.url}/`, sidecars: false },
  ) {
    origin.onStall = this.clock.stall;
    this.client = new OriginClient({
      fetch: this.#connections.fetch,
      clock: this.clock,
      random: () => 0,
      signer: ANONYMOUS,
      hosts: new Set([origin.host]),
      limits: STALL_LIMITS,
      observe: (request) => this.sent.push(request),
      countRetry: () => this.retries++,
      log: (message) => this.log.push(message),
      ...options,
    });
    this.reader = new RangeClient(mount, this.client);
  }

  static async start(options?: Partial<OriginClientOptions>): Promise<RemoteClient> {
    return new RemoteClient(await TestOrigin.start(), options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connections[Symbol.dispose]();
    await this.origin[Symbol.asyncDispose]();
  }
}
