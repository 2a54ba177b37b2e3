/** A thread that holds keys, with permission to connect to the hosts of their sources, and to read their documents. */

import { parseKeyFile } from "../drm/key_file.ts";
import { Secret } from "../drm/secret.ts";
import { KeyClient } from "../keys/key_client.ts";
import { describeInternalError, serveKeyPort } from "../keys/key_port.ts";
import { createKeySources } from "../keys/key_sources.ts";
import { KeyStore, type KeyStoreState } from "../keys/key_store.ts";
import { SYSTEM_CLOCK } from "../timeout_clock.ts";
import type { KeyWorkerCommand, KeyWorkerConfig, KeyWorkerEvent } from "./key_worker_messages.ts";

/** Keys of open assets are requested so long before the worker replaces another. */
const MAX_TAKEOVER_MS = 10_000;

/** Deno's types describe that of a page. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<KeyWorkerCommand>) => void;
  postMessage(event: KeyWorkerEvent): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  close(): void;
};

const client = new KeyClient({ fetch, clock: SYSTEM_CLOCK });
let sources: ReturnType<typeof createKeySources> | undefined;
let store: KeyStore | undefined;

scope.addEventListener("error", (event) => fail(event, (event as ErrorEvent).error));
scope.addEventListener("unhandledrejection", (event) => {
  fail(event, (event as PromiseRejectionEvent).reason);
});

scope.onmessage = ({ data }) => {
  if (data.kind === "start") start(data.config, data.previous);
  else if (data.kind === "update") update(data.config);
  else if (data.kind === "connect") serveKeyPort(data.port, store!.getKeys);
  else data.port.postMessage(store!.exportState());
};

async function start(config: KeyWorkerConfig, previous: MessagePort | undefined): Promise<void> {
  sources = readSources(config);
  store = new KeyStore(sources, {
    now: () => performance.now(),
    onResult: (source, result) => scope.postMessage({ kind: "result", source, result }),
    onFailure({ file, source }, error, isRenewal) {
      const level = isRenewal ? "warn" : "error";
      const remark = isRenewal ? "; previous keys remain in use" : "";
      const message = `sources.${source}: ${error.message}${remark}`;
      scope.postMessage({ kind: "message", message: { level, file, message } });
    },
  });
  if (previous) await takeOver(store, previous);
  scope.postMessage({ kind: "ready" });
}

function update(config: KeyWorkerConfig): void {
  using _previous = sources;
  sources = readSources(config);
  store!.update(sources);
}

function readSources({ text, certificates, ...config }: KeyWorkerConfig) {
  const entries = Array.from(certificates, ([path, it]) => [path, new Secret(it)] as const);
  return createKeySources({
    ...config,
    file: parseKeyFile(text),
    certificates: new Map(entries),
    client,
  });
}

async function takeOver(store: KeyStore, previous: MessagePort): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, MAX_TAKEOVER_MS);
  previous.onmessage = ({ data }: MessageEvent<KeyStoreState>) => {
    store.importState(data).then(resolve);
  };
  await promise;
  clearTimeout(timer);
  previous.close();
}

/** The main thread replaces the worker. */
function fail(event: Event, error: unknown): void {
  event.preventDefault();
  scope.postMessage({ kind: "failed", reason: describeInternalError(error) });
  scope.close();
}
