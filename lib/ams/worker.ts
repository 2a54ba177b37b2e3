/** A worker: a thread with a socket of its own, that may read the document root and nothing else. */

import { handle } from "../server/handler.ts";
import { listen } from "../http/http_listener.ts";
import type { Address, Certificate, Server } from "../http/server.ts";
import { Log, type LogForm, messageOf } from "../http/access_log.ts";
import { holdBallast, keepFreedMemory } from "./gc_tuning.ts";
import { type Call, isStreamed } from "../http/response.ts";
import { createSite, type Site, type SiteOptions } from "../server/app.ts";
import { warmUp } from "./warm_up.ts";

/** What main tells a worker: first what to serve, then once to stop. */
export type Order = Start | "stop";

export interface Start {
  readonly address: Address;
  readonly certificate?: Certificate;
  readonly site: SiteOptions;
  readonly log: LogForm;
}

/** What a worker tells main. */
export type News =
  | { readonly kind: "ready" | "stopped" }
  | { readonly kind: "lines"; readonly lines: string }
  | { readonly kind: "failed"; readonly reason: string };

/** The part of a worker's own scope that is used here: Deno's types know a page's. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<Order>) => void;
  postMessage(news: News): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  close(): void;
};

let serving: Promise<Server> | undefined;
let log: Log | undefined;

scope.addEventListener("error", (event) => fail(event, (event as ErrorEvent).error));
scope.addEventListener("unhandledrejection", (event) => {
  fail(event, (event as PromiseRejectionEvent).reason);
});

scope.onmessage = ({ data }) => {
  if (data === "stop") stop();
  else serving = start(data);
};

async function start({ address, certificate, site: options, log: form }: Start): Promise<Server> {
  holdBallast();
  const lines = log = new Log(form, (lines) => scope.postMessage({ kind: "lines", lines }));
  const site = createSite(
    options,
    (file, trouble) => lines.note({ file, message: messageOf(trouble) }),
  );
  const server = await listen(address, certificate, (call) => answer(call, site, lines));
  scope.postMessage({ kind: "ready" });
  warmUp().then(keepFreedMemory); // nobody waits for it, not even who stops us
  return server;
}

/** Nothing waits for anything where an answer is at hand: promises cost more than most of what is done for it. */
function answer(call: Required<Call>, site: Site, lines: Log): Response | Promise<Response> {
  const time = Date.now();
  const from = performance.now();
  const noted = (response: Response) => {
    const over = () => lines.request({ time, duration: performance.now() - from, call, response });
    if (isStreamed(response)) call.completed.then(over, over);
    else over();
    return response;
  };
  const response = handle(call, site);
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
  scope.postMessage({ kind: "failed", reason: messageOf(error) });
  scope.close();
}
