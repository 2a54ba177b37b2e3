/** An app with a document root that a test has filled. */

import { createApp } from "../lib/server/app.ts";
import { handle } from "../lib/server/handler.ts";
import { Devices } from "../lib/storage/local/devices.ts";
import { WITHOUT_CLOCK } from "../lib/storage/local/file_system.ts";
import { LocalStorage } from "../lib/storage/local/local_storage.ts";
import { MemoryStorage } from "./memory_storage.ts";
import type { LocalFiles } from "./test_files.ts";

export interface TestServer extends Disposable {
  get(url: string): Promise<[status: number, body: Uint8Array]>;
}

export function serveFiles(files: MemoryStorage | LocalFiles): TestServer {
  const storage = files instanceof MemoryStorage
    ? files
    : new LocalStorage(files.root, new Devices(WITHOUT_CLOCK));
  const limits = { capacity: 2 ** 26, maxOpenFiles: 64, allowedOrigins: [] };
  const app = createApp(storage, limits, { onMessage: () => {}, now: () => 0 });
  return {
    async get(url) {
      const request = { method: "GET", rawPath: url, rawQuery: "", headers: new Headers() };
      const response = await handle(request, app);
      return [response.status, await response.bytes()];
    },
    [Symbol.dispose]() {
      app.library.close();
      files[Symbol.dispose]();
    },
  };
}
