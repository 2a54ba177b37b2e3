/** Keys with which encoders identify themselves. */

import { createHash, timingSafeEqual } from "node:crypto";
import type { ChannelPublisher } from "../package/channel_file.ts";

const DIGEST = /^sha256:([0-9a-f]{64})$/;

/** Finds publishers by their keys. */
export class StreamKeys {
  readonly #publishers: readonly { readonly name: string; readonly digest: Uint8Array }[];

  constructor(publishers: readonly ChannelPublisher[]) {
    this.#publishers = publishers.map(({ name, key }) => ({ name, digest: toDigest(key) }));
  }

  get isEmpty(): boolean {
    return this.#publishers.length === 0;
  }

  /** Returns the name of the publisher; undefined for a wrong key. Takes the same time for all keys of one length. */
  find(key: string): string | undefined {
    const digest = hash(key);
    const matches = this.#publishers.filter((publisher) =>
      timingSafeEqual(publisher.digest, digest)
    );
    return key === "" ? undefined : matches[0]?.name;
  }
}

function toDigest(key: string): Uint8Array {
  const hex = DIGEST.exec(key)?.[1];
  return hex === undefined ? hash(key) : Uint8Array.fromHex(hex);
}

function hash(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
