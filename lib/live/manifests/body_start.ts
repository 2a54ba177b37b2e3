/** What a body is that no manifest names yet, by its first boxes. */

import { BoxStream } from "../media/box_stream.ts";

/**
 * `segment`: a moof before any moov. `movie`: a moov, and something else than what may surround one. `init`: a moov alone. `other`:
 * anything else, also nothing.
 */
export type BodyKind = "segment" | "movie" | "init" | "other";

/** Boxes around a moov, and before a moof (14496-12 §8, 23000-19 §7.3.2). */
const SURROUNDING = new Set(
  "ftyp styp moov free skip wide sidx ssix emsg prft uuid udta meta pdin".split(" "),
);

/** In bytes. A box beyond is no part of an init segment. */
const MAX_BOX_SIZE = 2 ** 20;

export class BodyStart {
  readonly #boxes: BoxStream;
  #hasMoov = false;
  /** Undefined until it is known, or the body ends. */
  kind: BodyKind | undefined;

  constructor() {
    this.#boxes = new BoxStream({
      start: ({ type, size }) => this.#startBox(type, size),
      body: () => {},
      data: () => {},
    });
  }

  /** @throws MediaError if a box is smaller than its header */
  push(bytes: Uint8Array): void {
    if (this.kind === undefined) this.#boxes.push(bytes);
  }

  /** @throws MediaError if the body ends inside a box */
  finish(): BodyKind {
    this.#boxes.finish();
    return this.kind ??= this.#hasMoov ? "init" : "other";
  }

  #startBox(type: string, size: number): "skip" {
    if (type === "moof") this.kind ??= this.#hasMoov ? "movie" : "segment";
    else if (!SURROUNDING.has(type) || size > MAX_BOX_SIZE) {
      this.kind ??= this.#hasMoov ? "movie" : "other";
    }
    this.#hasMoov ||= type === "moov";
    return "skip";
  }
}
