/** A worker: a thread with a socket of its own, that may read the document root and nothing else. */

import { handle } from "./handler.ts";
import { type Address, type Certificate, listen, type Server } from "./listen.ts";
import { Log, type LogForm, messageOf } from "./log.ts";
import type { Call } from "./response.ts";
import { createSite, type Site, type SiteOptions } from "./site.ts";

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
  const lines = log = new Log(form, (lines) => scope.postMessage({ kind: "lines", lines }));
  const site = createSite(
    options,
    (file, trouble) => lines.note({ file, message: messageOf(trouble) }),
  );
  const server = await listen(address, certificate, (call) => answer(call, site, lines));
  scope.postMessage({ kind: "ready" });
  return server;
}

async function answer(call: Required<Call>, site: Site, lines: Log): Promise<Response> {
  const [time, from] = [new Date(), performance.now()];
  const response = await handle(call, site);
  const over = () => lines.request({ time, duration: performance.now() - from, call, response });
  call.completed.then(over, over);
  return response;
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
