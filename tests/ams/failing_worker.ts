/** A worker that listens, and fails when it is told to stop, or, by its port, at once. */

const scope = self as unknown as {
  onmessage: (event: MessageEvent) => void;
  postMessage(news: unknown): void;
};

scope.onmessage = ({ data }) => {
  if (data === "stop") return scope.postMessage({ kind: "stopped" });
  if (data.address.port === 1) throw new Error("Cannot even start");
  scope.postMessage({ kind: "ready" });
  if (data.log === "json") setTimeout(() => Promise.reject(new Error("Cannot go on")), 0);
};
