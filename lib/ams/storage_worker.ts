/** A thread that reads files of origins, with permission to connect to their hosts, and to write its cache directory. */

import { SourceError } from "../errors.ts";
import { describeError } from "../log/message_line.ts";
import { MountCounter } from "../metrics/source_counts.ts";
import { SOURCE_USAGE } from "../source_usage.ts";
import { DiskBlocks } from "../storage/remote/disk_blocks.ts";
import { SYSTEM_DISK } from "../storage/remote/disk_files.ts";
import { getOriginUrl, listHosts } from "../storage/remote/object_url.ts";
import {
  createRemoteReader,
  type OriginSecrets,
  type RemoteReader,
} from "../storage/remote/remote_reader.ts";
import { SharedPages } from "../storage/remote/shared_pages.ts";
import type { S3Credentials } from "../storage/remote/signer.ts";
import { StorageThread } from "../storage/remote/storage_thread.ts";
import { type DiskCache, formatSource, signsRequests } from "./source_options.ts";
import type {
  ConfiguredOrigin,
  CredentialsResult,
  StorageWorkerCommand,
  StorageWorkerConfig,
  StorageWorkerEvent,
} from "./storage_worker_messages.ts";

/** Deno's types describe that of a page. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<StorageWorkerCommand>) => void;
  postMessage(event: StorageWorkerEvent): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  close(): void;
};

interface OpenOrigin extends ConfiguredOrigin {
  readonly reader: RemoteReader;
  readonly counter: MountCounter;
}

const clients = new Map<number, Disposable>();
const credentials = new Map<string, PromiseWithResolvers<CredentialsResult>>();
let origins: readonly OpenOrigin[] = [];
let thread: StorageThread | undefined;
let disk: DiskBlocks | undefined;

scope.addEventListener("error", (event) => fail(event, (event as ErrorEvent).error));
scope.addEventListener("unhandledrejection", (event) => {
  fail(event, (event as PromiseRejectionEvent).reason);
});

scope.onmessage = ({ data }) => {
  if (data.kind === "start") start(data.config);
  else if (data.kind === "connect") clients.set(data.client, thread!.serve(data.port));
  else if (data.kind === "disconnect") disconnect(data.client);
  else if (data.kind === "credentials") setCredentials(data.origins, data.result);
  else if (data.kind === "secrets") data.origins.forEach(replaceSecrets);
  else respondToPing(data.id);
};

function start(config: StorageWorkerConfig): void {
  const hosts = new Set(config.origins.flatMap(({ origin }) => listHosts(origin)));
  origins = config.origins.map((it) => openOrigin(it, hosts, config.timeoutSeconds));
  disk = config.disk && openDisk(config.disk);
  thread = new StorageThread({
    mounts: new Map(
      origins.map(({ name, origin, reader: { reader } }) => [
        name,
        { reader, origin: getOriginUrl(origin) },
      ]),
    ),
    pages: new SharedPages(config.pages),
    store: disk,
    freshMs: 1000 * config.freshSeconds,
    now: () => performance.now(),
  });
  for (const origin of origins) if (!origin.isAllowed) probe(origin);
  disk?.sweep();
}

function openOrigin(
  configured: ConfiguredOrigin,
  hosts: ReadonlySet<string>,
  timeoutSeconds: number,
): OpenOrigin {
  const { label, origin } = configured;
  const counter = new MountCounter();
  const reader = createRemoteReader(origin, {
    hosts,
    limits: { timeoutMs: 1000 * timeoutSeconds },
    observe: (request) => {
      counter.add(request);
      SOURCE_USAGE.getStore()?.add({ requests: 1, bytes: request.bytes });
    },
    countRetry: () => counter.countRetry(),
    log: (message) => postMessage("warn", `${label}: ${message}`),
    ...getSecrets(configured),
  });
  return { ...configured, reader, counter };
}

function getSecrets({ name, origin, authorization, caCert }: ConfiguredOrigin): OriginSecrets {
  return {
    ...authorization !== undefined && { authorization },
    ...caCert !== undefined && { caCert },
    ...signsRequests(origin) && { getCredentials: () => getCredentials(name) },
  };
}

function replaceSecrets(configured: ConfiguredOrigin): void {
  const { reader } = origins.find(({ name }) => name === configured.name)!;
  reader.replaceSecrets(getSecrets(configured));
}

function openDisk({ directory, maxBytes }: DiskCache): DiskBlocks {
  const warn = (message: string) => postMessage("warn", message);
  return new DiskBlocks({ directory, maxBytes, files: SYSTEM_DISK, warn });
}

/** Waits for the first credentials. */
async function getCredentials(name: string): Promise<S3Credentials> {
  const result = await getSlot(name).promise;
  if (!("error" in result)) return result;
  throw new SourceError("SOURCE_DENIED", "Cannot sign requests: ams has no credentials");
}

function getSlot(name: string): PromiseWithResolvers<CredentialsResult> {
  const known = credentials.get(name);
  if (known) return known;
  const slot = Promise.withResolvers<CredentialsResult>();
  credentials.set(name, slot);
  return slot;
}

function setCredentials(names: readonly string[], result: CredentialsResult): void {
  for (const name of names) {
    getSlot(name).resolve(result); // those who wait
    credentials.set(name, { ...getSlot(name), promise: Promise.resolve(result) });
  }
}

/** Reports once whether an origin can be used. */
async function probe({ label, origin, reader }: OpenOrigin): Promise<void> {
  const { isUsable, message } = await reader.probe(new AbortController().signal);
  const sentence = `The source of ${label}, ${formatSource(origin)}, ${message}`;
  scope.postMessage({ kind: "probed", probe: { mount: label, isUsable, message: sentence } });
}

function disconnect(client: number): void {
  clients.get(client)?.[Symbol.dispose]();
  clients.delete(client);
}

/** Responds with the counts first. */
function respondToPing(id: number): void {
  const mounts = origins.map(({ label, reader, counter }) => counter.take(label, reader.isUp));
  const cacheBytes = { blocks: thread?.cachedBytes ?? 0, disk: disk?.bytes ?? 0 };
  scope.postMessage({ kind: "counts", counts: { mounts, cacheBytes } });
  scope.postMessage({ kind: "pong", id });
}

function postMessage(level: "info" | "warn" | "error", message: string): void {
  scope.postMessage({ kind: "message", message: { level, message } });
}

/** The main thread replaces the worker. */
function fail(event: Event, error: unknown): void {
  event.preventDefault();
  scope.postMessage({ kind: "failed", reason: describeError(error) });
  scope.close();
}
