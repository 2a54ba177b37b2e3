/** A key worker that fails. */

const scope = self as unknown as { onmessage(): void; postMessage(event: unknown): void };

scope.onmessage = () => {
  scope.postMessage({ kind: "failed", reason: "Cannot start in this test" });
};
