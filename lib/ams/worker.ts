/** A thread that listens, with permission to read the document root only. */

import type { AccessConfig } from "../access/access_config.ts";
import { KeyRefresh } from "../access/key_refresh.ts";
import { describeSystemError } from "../cli/system_error.ts";
import { RequestError } from "../errors.ts";
import { listen } from "../http/http_listener.ts";
import type { HttpRequest } from "../http/request.ts";
import { isStreamed } from "../http/response.ts";
import type { Certificate, HttpServer, ListenAddress } from "../http/server.ts";
import { ClientAddresses } from "../ip/client_address.ts";
import { KeyPort } from "../keys/key_port.ts";
import { AccessLog } from "../log/access_log.ts";
import { describeError, type LogMessage } from "../log/message_line.ts";
import { returnRequestId } from "../log/request_id.ts";
import { andThen } from "../maybe_async.ts";
import { type App, createApp, updateAccess } from "../server/app.ts";
import { handle } from "../server/handler.ts";
import { SOURCE_USAGE, SourceUsage } from "../source_usage.ts";
import { StoragePort } from "../storage/remote/storage_port.ts";
import { formatAddress } from "./address_format.ts";
import { allocateBallast, retainFreedMemory } from "./gc_tuning.ts";
import type { DescriptorSupply } from "./descriptor_reserve.ts";
import { SetupError } from "./setup.ts";
import { warmUp } from "./warm_up.ts";
import { WorkerMetrics } from "./worker_metrics.ts";
import type { StorageConnection, WorkerCommand, WorkerEvent } from "./worker_messages.ts";
import { createStorage } from "./worker_storage.ts";

/** Deno's types describe that of a page. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<WorkerCommand>) => void;
  postMessage(event: WorkerEvent): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  close(): void;
};

type StartCommand = Extract<WorkerCommand, { kind: "start" }>;

let starting: Promise<HttpServer> | undefined;
let log: AccessLog | undefined;
let metrics: WorkerMetrics | undefined;
let supply: DescriptorSupply = "enough";
let app: App | undefined;
/** Whether log lines tell what was read of origins. */
let countsSources = false;
const keys = new KeyPort();
const storage = new StoragePort();
const keyRefresh = new KeyRefresh(() => scope.postMessage({ kind: "refreshKeys" }));

scope.addEventListener("error", (event) => fail(event, (event as ErrorEvent).error));
scope.addEventListener("unhandledrejection", (event) => {
  fail(event, (event as PromiseRejectionEvent).reason);
});

scope.onmessage = ({ data }) => {
  if (data.kind === "start") starting = start(data);
  else if (data.kind === "keys") keys.connect(data.port);
  else if (data.kind === "storage") connectStorage(data.storage);
  else if (data.kind === "supply") supply = data.supply;
  else if (data.kind === "appended") noticeAppended(data.files);
  else if (data.kind === "drain") app!.health.draining = true;
  else if (data.kind === "access") setAccess(data.access);
  else if (data.kind === "certificate") setCertificate(data.certificate);
  else if (data.kind === "ping") respondToPing(data.id);
  else stop();
};

async function start(
  { config, keys: keyPort, storage: connection }: StartCommand,
): Promise<HttpServer> {
  if (keyPort) keys.connect(keyPort);
  if (connection) connectStorage(connection);
  countsSources = connection !== undefined && config.log === "json";
  allocateBallast();
  const accessLog = new AccessLog(config.log, {
    onFirstLine: (timeMs) => scope.postMessage({ kind: "firstLine", timeMs }),
    onBatch: (batch) => {
      scope.postMessage({ kind: "log", batch });
      metrics?.post();
    },
  });
  log = accessLog;
  const clients = new ClientAddresses(config.trustedProxies);
  const created = createApp(
    createStorage(config, storage),
    config.app,
    {
      onMessage: (file, message) => {
        const level = typeof message === "string" ? "warn" : "error";
        postLogMessage({ level, file, message: describeError(message) });
      },
      onWarning: (file, message) => scope.postMessage({ kind: "warning", file, message }),
      onStorageGone: () => scope.postMessage({ kind: "storageGone" }),
      access: {
        refreshKeys: keyRefresh.wait,
        getClient: ({ remoteAddress, headers }) => clients.get(remoteAddress ?? "", headers),
      },
      ...keyPort && { getKeys: keys.getKeys },
    },
  );
  app = created;
  if (config.metrics) {
    metrics = new WorkerMetrics(created, (counts) => scope.postMessage({ kind: "counts", counts }));
  }
  const server = await listen(
    config.address,
    config.certificate,
    (request) => respond(request, created, { log: accessLog, clients }),
    {
      sendTimeoutMs: config.app.sendTimeoutMs,
      onAcceptError: (message) => postLogMessage({ level: "error", message }),
    },
  ).catch((error) => failToListen(config.address, error));
  scope.postMessage({ kind: "ready" });
  warmUp().then(retainFreedMemory);
  return server;
}

function connectStorage({ port, pages }: StorageConnection): void {
  storage.connect(port, pages);
}

function failToListen(address: ListenAddress, cause: unknown): never {
  const reason = describeSystemError(cause);
  throw new SetupError(`Cannot listen on ${formatAddress(address)}: ${reason}`, { cause });
}

function postLogMessage(message: LogMessage): void {
  scope.postMessage({ kind: "message", timeMs: Date.now(), message });
}

function respond(
  request: Required<HttpRequest>,
  app: App,
  { log, clients }: { log: AccessLog; clients: ClientAddresses },
): Response | Promise<Response> {
  const start = performance.now();
  metrics?.begin();
  const logResponse = (response: Response) => {
    if (supply !== "enough") response.headers.set("connection", "close");
    returnRequestId(request, response);
    const isLogged = request.isLogged && log.includes(response);
    if (!isLogged && !metrics) return response;
    const client = isLogged ? clients.get(request.remoteAddress, request.headers) : "";
    const record = () => {
      const durationMs = performance.now() - start;
      metrics?.end(request, response, durationMs);
      if (!isLogged) return;
      log.logRequest({ endedAtMs: Date.now(), durationMs, client, request, response });
    };
    if (isStreamed(response)) request.completed.then(record, record);
    else record();
    return response;
  };
  const serve = () => supply === "none" ? refuse(request, app) : handle(request, app);
  if (!countsSources) return andThen(serve(), logResponse);
  const usage = request.source = new SourceUsage();
  return andThen(SOURCE_USAGE.run(usage, serve), logResponse);
}

/** A short response leaves the connection even if the client reads nothing. */
function refuse(request: HttpRequest, { responder }: App): Response {
  const message = "Cannot serve a request: too many connections are open";
  return responder.respondWithError(request, new RequestError("OVERLOADED", message));
}

/** Responds with the counts first. */
function respondToPing(id: number): void {
  metrics?.post();
  scope.postMessage({ kind: "pong", id });
}

function setAccess(access: AccessConfig): void {
  if (app) updateAccess(app, access);
  keyRefresh.finish();
}

/** Channels that are not open have nothing to notice. */
function noticeAppended(files: readonly string[]): void {
  for (const file of files) app?.library.noticeAppended(file);
}

async function setCertificate(certificate: Certificate): Promise<void> {
  (await starting)?.setCertificate?.(certificate);
}

async function stop(): Promise<void> {
  await (await starting)?.shutdown();
  log?.flush();
  metrics?.post();
  scope.postMessage({ kind: "stopped" });
}

/** An internal error leaves an unknown state: the main thread replaces the worker. */
function fail(event: Event, error: unknown): void {
  event.preventDefault();
  log?.flush();
  metrics?.post();
  const reason = error instanceof SetupError ? error.message : describeError(error);
  scope.postMessage({ kind: "failed", reason });
  scope.close();
}
