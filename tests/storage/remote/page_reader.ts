/** A worker that copies pages while another thread fills them. All bytes of a page are equal. */

import { BLOCK_BYTES, SharedPages } from "../../../lib/storage/remote/shared_pages.ts";

export interface PageReaderCommand {
  readonly pages: SharedArrayBuffer;
  /** The last known generation of each page. */
  readonly refs: SharedArrayBuffer;
  readonly copies: number;
}

export type PageReaderEvent =
  | { readonly kind: "begun" }
  /** `torn` copies were valid, and yet had bytes of two generations. */
  | {
    readonly kind: "done";
    readonly copied: number;
    readonly refused: number;
    readonly torn: number;
  };

const scope = self as unknown as {
  onmessage: (event: MessageEvent<PageReaderCommand>) => void;
  postMessage(event: PageReaderEvent): void;
};

scope.onmessage = ({ data }) => {
  const pages = new SharedPages(data.pages);
  const refs = new Int32Array(data.refs);
  const into = new Uint8Array(BLOCK_BYTES);
  let [copied, refused, torn] = [0, 0, 0];
  scope.postMessage({ kind: "begun" });
  for (let i = 0; copied < data.copies && i < 100 * data.copies; i++) {
    const page = i % pages.count;
    const generation = Atomics.load(refs, page);
    if (!pages.copy({ page, generation, size: BLOCK_BYTES }, 0, into)) refused++;
    else if (isUniform(into)) copied++;
    else torn++;
  }
  scope.postMessage({ kind: "done", copied, refused, torn });
};

/** Looks at four bytes at a time: the test fills pages with hundreds of values a second. */
function isUniform(bytes: Uint8Array): boolean {
  const words = new Int32Array(bytes.buffer);
  for (let i = 0; i < words.length; i++) if (words[i] !== words[0]) return false;
  return true;
}
