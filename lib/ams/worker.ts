/** A worker: a thread with a socket of its own, that may read the document root and nothing else. */

import { handle } from "../server/handler.ts";
import { listen } from "../http/http_listener.ts";
import type { Address, Certificate, HttpServer } from "../http/server.ts";
import { AccessLog, describeError, type LogFormat } from "../http/access_log.ts";
import { holdBallast, keepFreedMemory } from "./gc_tuning.ts";
import type { HttpRequest } from "../http/request.ts";
import { isStreamed } from "../http/response.ts";
import { type App, type AppOptions, createApp } from "../server/app.ts";
import { warmUp } from "./warm_up.ts";

/** What main tells a worker: first what to serve, then once to stop. */
export type WorkerCommand = WorkerConfig | "stop";

export interface WorkerConfig {
  readonly address: Address;
  readonly certificate?: Certificate;
  readonly app: AppOptions;
  readonly log: LogFormat;
}

/** What a worker tells main. */
export type WorkerEvent =
  | { readonly kind: "ready" | "stopped" }
  | { readonly kind: "lines"; readonly lines: string }
  | { readonly kind: "failed"; readonly reason: string };

/** The part of a worker's own scope that is used here: Deno's types know a page's. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<WorkerCommand>) => void;
  postMessage(news: WorkerEvent): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  close(): void;
};

let serving: Promise<HttpServer> | undefined;
let log: AccessLog | undefined;

scope.addEventListener("error", (event) => fail(event, (event as ErrorEvent).error));
scope.addEventListener("unhandledrejection", (event) => {
  fail(event, (event as PromiseRejectionEvent).reason);
});

scope.onmessage = ({ data }) => {
  if (data === "stop") stop();
  else serving = start(data);
};

async function start(
  { address, certificate, app: options, log: form }: WorkerConfig,
): Promise<HttpServer> {
  holdBallast();
  const lines = log = new AccessLog(form, (lines) => scope.postMessage({ kind: "lines", lines }));
  const app = createApp(
    options,
    (file, trouble) => lines.logMessage({ file, message: describeError(trouble) }),
  );
  const server = await listen(address, certificate, (request) => answer(request, app, lines));
  scope.postMessage({ kind: "ready" });
  warmUp().then(keepFreedMemory); // nobody waits for it, not even who stops us
  return server;
}

/** Nothing waits for anything where an answer is at hand: promises cost more than most of what is done for it. */
function answer(
  request: Required<HttpRequest>,
  app: App,
  lines: AccessLog,
): Response | Promise<Response> {
  const time = Date.now();
  const from = performance.now();
  const noted = (response: Response) => {
    const over = () =>
      lines.logRequest({ time, duration: performance.now() - from, request, response });
    if (isStreamed(response)) request.completed.then(over, over);
    else over();
    return response;
  };
  const response = handle(request, app);
  return response instanceof Promise ? response.then(noted) : noted(response);
}

async function stop(): Promise<void> {
  await (await serving)?.shutdown();
  log?.flush();
  scope.postMessage({ kind: "stopped" });
}

/** A defect has left us in an unknown state: main starts another worker. */
function fail(event: Event, error: unknown): void {
  event.preventDefault();
  log?.flush();
  scope.postMessage({ kind: "failed", reason: describeError(error) });
  scope.close();
}
