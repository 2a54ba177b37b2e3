/** A worker that fails at once on port 1, and later if it logs JSON. */

const scope = self as unknown as {
  onmessage: (event: MessageEvent) => void;
  postMessage(event: unknown): void;
};

scope.onmessage = ({ data }) => {
  if (data.kind === "stop") return scope.postMessage({ kind: "stopped" });
  if (data.kind !== "start") return;
  const { address, log } = data.config;
  if (address.port === 1) throw new Error("Cannot start in this test");
  scope.postMessage({ kind: "ready" });
  if (log === "json") setTimeout(() => Promise.reject(new Error("test failure")), 0);
};
