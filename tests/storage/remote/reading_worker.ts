/** A worker that reads a remote file through the port of another thread, for many clients, and checks the bytes. */

import { RemoteStorage } from "../../../lib/storage/remote/remote_storage.ts";
import { StoragePort } from "../../../lib/storage/remote/storage_port.ts";
import { readBytes } from "../../../lib/storage/source.ts";
import { bytesEqual } from "../../../lib/verify/bytes_equal.ts";
import { createContent } from "./remote_setup.ts";

export interface ReadingWorkerCommand {
  readonly port: MessagePort;
  readonly pages: SharedArrayBuffer;
  /** Of `createContent()`. */
  readonly size: number;
  readonly clients: number;
  /** Of each client. */
  readonly reads: number;
  readonly seed: number;
}

export type ReadingWorkerEvent =
  | { readonly kind: "reading" }
  | { readonly kind: "done"; readonly wrong: number };

const scope = self as unknown as {
  onmessage: (event: MessageEvent<ReadingWorkerCommand>) => void;
  postMessage(event: ReadingWorkerEvent): void;
};

scope.onmessage = async ({ data: { port, pages, size, clients, reads, seed } }) => {
  const content = createContent(size);
  const storagePort = new StoragePort();
  storagePort.connect(port, pages);
  const storage = new RemoteStorage(storagePort, "films");
  const source = await storage.open("a.mp4", "a.mp4");
  scope.postMessage({ kind: "reading" });
  let state = seed;
  const random = (max: number) => (state = state * 48271 % 2147483647) % max;
  let wrong = 0;
  const readAll = async () => {
    for (let i = 0; i < reads; i++) {
      const length = random(2) ? random(1000) : random(300_000);
      const offset = random(size - length);
      const bytes = await readBytes(source, offset, length);
      if (!bytesEqual(bytes, content.subarray(offset, offset + length))) wrong++;
    }
  };
  await Promise.all(Array.from({ length: clients }, readAll));
  storagePort.close();
  scope.postMessage({ kind: "done", wrong });
};
