/** A thread that records: it takes publishers, and may read and write the directory of channels only. */

import { setImmediate } from "node:timers";
import { describeSystemError } from "../cli/system_error.ts";
import type { Address } from "../http/server.ts";
import { createIngestCounts } from "../live/ingest_counts.ts";
import { type ConnectionListener, IngestServer } from "../live/listener.ts";
import { LocalChannelDirectory } from "../live/recording/local_channels.ts";
import { checkWriting } from "../live/recording/prepare_directory.ts";
import { Recorder } from "../live/recorder.ts";
import { TlsListener } from "../live/tls_listener.ts";
import { describeError, type LogMessage } from "../log/message_line.ts";
import { SYSTEM_CLOCK } from "../timeout_clock.ts";
import { WorkPauses } from "../work_pauses.ts";
import { formatAddress } from "./address_format.ts";
import type { RecorderCommand, RecorderConfig, RecorderEvent } from "./recorder_worker_messages.ts";
import { SetupError } from "./setup.ts";

const TICK_MS = 250;

/** A body is stored for so long before other publishers have their turn. */
const MAX_WORK_MS = 5;

/** The fragment under way of a channel whose file was removed has so long to become complete. */
const MAX_FRAGMENT_MS = 5000;

/** The listener of a worker that was replaced keeps its port for a moment. */
const LISTEN_RETRY_MS = 5;
const MAX_LISTEN_TRIES = 200;

/** Deno's types describe that of a page. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<RecorderCommand>) => void;
  postMessage(event: RecorderEvent): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  close(): void;
};

const counts = createIngestCounts();
const appended = new Set<string>();
let recorder: Recorder | undefined;
let server: IngestServer | undefined;
let tls: TlsListener | undefined;
let ticks: ReturnType<typeof setInterval> | undefined;
/** Commands are followed in order. */
let ready = Promise.resolve();

scope.addEventListener("error", (event) => fail(event, (event as ErrorEvent).error));
scope.addEventListener("unhandledrejection", (event) => {
  fail(event, (event as PromiseRejectionEvent).reason);
});

scope.onmessage = ({ data }) => {
  if (data.kind === "ping") respondToPing(data.id);
  else ready = ready.then(() => follow(data));
};

async function follow(command: Exclude<RecorderCommand, { kind: "ping" }>) {
  if (command.kind === "start") await start(command.config);
  else if (command.kind === "certificate") tls?.setCertificate(command.certificate);
  else if (command.kind === "drain") server!.drain();
  else await stop(command.graceMs);
}

async function start(config: RecorderConfig): Promise<void> {
  checkDirectory(config);
  const { path, maxIngestBytes } = config;
  const recording = new Recorder({
    directory: new LocalChannelDirectory(config.directory),
    path,
    now: () => ({ utc: 1000 * Date.now(), monotonic: 1000 * performance.now() }),
    counts,
    log: postLogMessage,
    onAppended: noticeAppended,
    onRemoved: (channel) => ingest.endChannel(channel, MAX_FRAGMENT_MS),
    maxIngestBytes,
    createPauses: () => new WorkPauses(undefined, MAX_WORK_MS),
  });
  const ingest = new IngestServer({
    findPublishers: (channel) => recording.findPublishers(channel),
    publish: (request) => recording.publish(request),
    onPublisher: ({ channel, publisher }, address) =>
      postLogMessage({
        level: "info",
        file: channel,
        message: `Publisher ${publisher} has connected from ${address}`,
      }),
    counts,
    log: postLogMessage,
    clock: SYSTEM_CLOCK,
    nowMs: Date.now,
  });
  [recorder, server] = [recording, ingest];
  ticks = setInterval(() => recording.tick(), TICK_MS);
  const { address, tlsAddress, certificate } = config;
  if (address) ingest.listen(await listen(address));
  if (tlsAddress && certificate) {
    tls = new TlsListener(await listen(tlsAddress), certificate);
    ingest.listen(tls);
  }
  scope.postMessage({ kind: "ready" });
}

function checkDirectory({ directory, path }: RecorderConfig): void {
  try {
    checkWriting(directory);
  } catch (error) {
    const reason = describeSystemError(error);
    throw new SetupError(`Cannot write to the directory of --channels '${path}': ${reason}`);
  }
}

/** @throws SetupError */
async function listen(address: Address): Promise<ConnectionListener> {
  const options = { hostname: address.host, port: address.port };
  for (let tries = 1;; tries++) {
    try {
      return Deno.listen(options);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse) || tries === MAX_LISTEN_TRIES) {
        const reason = describeSystemError(error);
        throw new SetupError(`Cannot listen on ${formatAddress(address)}: ${reason}`);
      }
      await new Promise((resolve) => setTimeout(resolve, LISTEN_RETRY_MS));
    }
  }
}

async function stop(graceMs: number): Promise<void> {
  await server?.stop(graceMs);
  clearInterval(ticks);
  await recorder?.stop();
  postAppended();
  postCounts();
  scope.postMessage({ kind: "stopped" });
}

/** Viewers' workers get one message for all that is appended in one turn of the event loop. */
function noticeAppended(file: string): void {
  if (appended.size === 0) setImmediate(postAppended);
  appended.add(file);
}

function postAppended(): void {
  if (appended.size === 0) return;
  scope.postMessage({ kind: "appended", files: [...appended] });
  appended.clear();
}

function postLogMessage(message: LogMessage): void {
  scope.postMessage({ kind: "message", timeMs: Date.now(), message });
}

function respondToPing(id: number): void {
  postCounts();
  scope.postMessage({ kind: "pong", id });
}

function postCounts(): void {
  if (!recorder || !server) return;
  const { publishers, receivedBytes, fragments, periods } = server.updateCounts();
  const shared = { publishers, receivedBytes, fragments, periods };
  scope.postMessage({ kind: "counts", counts: { ...shared, ...recorder.gauges } });
}

/** An internal error leaves an unknown state: the main thread replaces the worker. */
function fail(event: Event, error: unknown): void {
  event.preventDefault();
  const reason = error instanceof SetupError ? error.message : describeError(error);
  scope.postMessage({ kind: "failed", reason });
  scope.close();
}
