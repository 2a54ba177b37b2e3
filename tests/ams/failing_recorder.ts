/** A recorder that has its port, a connection and a lock. It fails at once if the directory has a file `broken`, and later at a ping. */

import { join } from "@std/path";
import type { RecorderCommand, RecorderEvent } from "../../lib/ams/recorder_worker_messages.ts";
import { tryLockArchive } from "../../lib/live/recording/archive_lock.ts";

const scope = self as unknown as {
  onmessage: (event: MessageEvent<RecorderCommand>) => void;
  postMessage(event: RecorderEvent): void;
};

const held: unknown[] = [];

scope.onmessage = ({ data }) => {
  if (data.kind === "ping") throw new Error("test failure");
  if (data.kind !== "start") return;
  const { directory, address } = data.config;
  const isBroken = [...Deno.readDirSync(directory)].some(({ name }) => name === "broken");
  if (isBroken) return scope.postMessage({ kind: "failed", reason: "it is broken" });
  const lock = tryLockArchive(directory);
  if (!lock) return scope.postMessage({ kind: "failed", reason: "it is locked" });
  held.push(lock, Deno.openSync(join(directory, "file"), { create: true, write: true }));
  const listener = Deno.listen({ hostname: address!.host, port: address!.port });
  listener.accept().then((connection) => held.push(connection), () => {});
  scope.postMessage({ kind: "appended", files: ["live/news.json"] });
  scope.postMessage({ kind: "ready" });
};
