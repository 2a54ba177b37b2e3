import { RequestError } from "../errors.ts";
import { withEtag } from "../http/compression.ts";
import { type Bytes, NOT_STORED, type Resource } from "../http/resource.ts";
import { JSON_TYPE } from "./manifest_table.ts";

/** Health of a worker, as far as the main thread knows it. */
export class Health {
  /** True from the signal to stop on. */
  draining = false;
  readonly #ok: Resource<Bytes>;

  constructor(version = "") {
    const text = `${JSON.stringify({ status: "OK", version })}\n`;
    const metadata = { file: "health", type: JSON_TYPE, caching: NOT_STORED };
    this.#ok = withEtag(new TextEncoder().encode(text), metadata);
  }

  /** @throws RequestError `DRAINING` */
  getResource(): Resource<Bytes> {
    if (!this.draining) return this.#ok;
    throw new RequestError("DRAINING", "Cannot take new requests: the server is about to stop");
  }
}
