/** A worker that reports each command as a message, and fails when it is told to drain on port 3. */

const scope = self as unknown as {
  onmessage: (event: MessageEvent) => void;
  postMessage(event: unknown): void;
};

let port = 0;

scope.onmessage = ({ data }) => {
  if (data.kind === "stop") return scope.postMessage({ kind: "stopped" });
  if (data.kind === "start") port = data.config.address.port;
  const cert = (data.config ?? data).certificate?.cert;
  const keys = (data.config?.app ?? data).access?.secrets.map(({ name }: { name: string }) => name);
  const message = [data.kind, cert, keys, data.files].filter(Boolean).join(" ");
  scope.postMessage({ kind: "message", timeMs: 0, message: { level: "info", message } });
  if (data.kind === "start") scope.postMessage({ kind: "ready" });
  if (data.kind === "access") scope.postMessage({ kind: "refreshKeys" });
  if (data.kind === "certificate") scope.postMessage({ kind: "storageGone" });
  if (data.kind === "drain" && port === 3) {
    scope.postMessage({ kind: "failed", reason: "test failure" });
  }
};
