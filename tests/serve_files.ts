/** An app with a document root that a test has filled. */

import { BodyFactory } from "../lib/http/body.ts";
import type { BodyLimits } from "../lib/http/flow_control.ts";
import { Responder } from "../lib/http/responder.ts";
import { createApp } from "../lib/server/app.ts";
import { handle } from "../lib/server/handler.ts";
import { HotSegments } from "../lib/server/hot_segments.ts";
import { Devices } from "../lib/storage/local/devices.ts";
import { WITHOUT_CLOCK } from "../lib/storage/local/file_system.ts";
import { LocalStorage } from "../lib/storage/local/local_storage.ts";
import type { Storage } from "../lib/storage/storage.ts";
import { MemoryStorage } from "./memory_storage.ts";
import type { LocalFiles } from "./test_files.ts";

export interface TestServer extends Disposable {
  get(url: string, headers?: Record<string, string>): Promise<[status: number, body: Uint8Array]>;
}

/** @param limits of bodies; default: those of `createApp()` */
export function serveFiles(files: MemoryStorage | LocalFiles, limits?: BodyLimits): TestServer {
  const storage = files instanceof MemoryStorage
    ? files
    : new LocalStorage(files.root, new Devices(WITHOUT_CLOCK));
  const server = serveStorage(storage, limits);
  return {
    get: server.get,
    [Symbol.dispose]() {
      server[Symbol.dispose]();
      files[Symbol.dispose]();
    },
  };
}

/** As `serveFiles()`. The storage is left to the caller. */
export function serveStorage(storage: Storage, limits?: BodyLimits): TestServer {
  const options = { capacity: 2 ** 26, maxOpenFiles: 64, allowedOrigins: [] };
  const created = createApp(storage, options, { onMessage: () => {}, now: () => 0 });
  const bodies = limits && new BodyFactory({ limits });
  const app = bodies
    ? {
      ...created,
      responder: new Responder(created.responder.cors, bodies),
      hot: new HotSegments(created.hot.cache, bodies),
    }
    : created;
  return {
    async get(url, headers = {}) {
      const request = { method: "GET", rawPath: url, rawQuery: "", headers: new Headers(headers) };
      const response = await handle(request, app);
      return [response.status, await response.bytes()];
    },
    [Symbol.dispose]() {
      app.library.close();
    },
  };
}
