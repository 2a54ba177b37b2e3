/** A thread that holds keys, with permission to connect to the hosts of their sources, and to read their documents. */

import { parseKeyFile } from "../drm/key_file.ts";
import { describeInternalError, serveKeyPort } from "../keys/key_port.ts";
import { KeyStore } from "../keys/key_store.ts";
import { KeysError } from "../drm/keys_error.ts";
import type { KeyWorkerCommand, KeyWorkerConfig, KeyWorkerEvent } from "./key_worker_messages.ts";

/** Deno's types describe that of a page. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<KeyWorkerCommand>) => void;
  postMessage(event: KeyWorkerEvent): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  close(): void;
};

let store: KeyStore | undefined;

scope.addEventListener("error", (event) => fail(event, (event as ErrorEvent).error));
scope.addEventListener("unhandledrejection", (event) => {
  fail(event, (event as PromiseRejectionEvent).reason);
});

scope.onmessage = ({ data }) => {
  if (data.kind === "start") start(data.config);
  else serveKeyPort(data.port, (request) => store!.getKeys(request));
};

function start({ text }: KeyWorkerConfig): void {
  store = new KeyStore({
    file: parseKeyFile(text),
    now: () => performance.now(),
    fetchKeys: () => Promise.reject(new KeysError("KEYS_UNAVAILABLE", "Cannot fetch keys yet")),
    onFailure: ({ file }, { message }) => {
      scope.postMessage({ kind: "message", message: { level: "error", file, message } });
    },
  });
  scope.postMessage({ kind: "ready" });
}

/** The main thread replaces the worker. */
function fail(event: Event, error: unknown): void {
  event.preventDefault();
  scope.postMessage({ kind: "failed", reason: describeInternalError(error) });
  scope.close();
}
