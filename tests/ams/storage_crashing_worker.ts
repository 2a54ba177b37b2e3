/** A storage worker whose thread fails when a port sends it something. */

import type { StorageWorkerCommand } from "../../lib/ams/storage_worker_messages.ts";

const scope = self as unknown as {
  onmessage: (event: MessageEvent<StorageWorkerCommand>) => void;
  postMessage(event: unknown): void;
};

scope.onmessage = ({ data }) => {
  if (data.kind !== "connect") return;
  data.port.onmessage = () => scope.postMessage({ kind: "failed", reason: "Cannot go on" });
};
