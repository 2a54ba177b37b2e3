/** A worker that stores blocks in a directory, and checks those that it finds. */

import { DiskBlocks } from "../../../lib/storage/remote/disk_blocks.ts";
import { SYSTEM_DISK } from "../../../lib/storage/remote/disk_files.ts";
import { createBlock } from "./disk_block.ts";

export interface DiskWorkerCommand {
  readonly directory: string;
  readonly maxBytes: number;
  /** Numbers of blocks `[first, end)`. */
  readonly first: number;
  readonly end: number;
}

export type DiskWorkerEvent =
  | { readonly kind: "writing" }
  | { readonly kind: "done"; readonly wrong: number; readonly found: number };

const scope = self as unknown as {
  onmessage: (event: MessageEvent<DiskWorkerCommand>) => void;
  postMessage(event: DiskWorkerEvent): void;
};

scope.onmessage = async ({ data: { directory, maxBytes, first, end } }) => {
  const warn = (message: string) => {
    throw new Error(message);
  };
  const blocks = new DiskBlocks({ directory, maxBytes, files: SYSTEM_DISK, warn });
  let [wrong, found] = [0, 0];
  for (let number = first; number < end; number++) {
    blocks.put(`${number}`, createBlock(number));
    const other = first + (number * 7) % (end - first);
    const bytes = await blocks.get(`${other}`);
    if (bytes) found++;
    const expected = createBlock(other);
    if (bytes?.some((byte, i) => byte !== expected[i])) wrong++;
    if (number % 10 === 0) await blocks.flush(); // fast reads leave writes no time
    if (number === first + 20) scope.postMessage({ kind: "writing" });
  }
  await blocks.flush();
  scope.postMessage({ kind: "done", wrong, found });
};
