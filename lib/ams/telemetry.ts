/** OpenTelemetry of Deno, which the environment configures. */

import type { GetVariable } from "../cli/environment.ts";
import { UsageError } from "../cli/usage_error.ts";

/**
 * Rejects an environment in which Deno exports traces: they contain the URL of each request, and so its token.
 *
 * @throws UsageError
 */
export function refuseTraces(getVariable: GetVariable): void {
  if (!exportsTraces(getVariable)) return;
  throw new UsageError(
    "Cannot use --auth while Deno exports traces, which contain tokens: set OTEL_TRACES_SAMPLER=always_off",
  );
}

/** `parentbased_always_off` exports traces of requests with a `traceparent`. */
function exportsTraces(getVariable: GetVariable): boolean {
  if (getVariable("OTEL_TRACES_SAMPLER") === "always_off") return false;
  if (readBoolean(getVariable, "OTEL_SDK_DISABLED")) return false;
  return readBoolean(getVariable, "OTEL_DENO_TRACING") ?? readBoolean(getVariable, "OTEL_DENO") ??
    false;
}

/** Returns undefined for other values, which Deno ignores with a warning. */
function readBoolean(getVariable: GetVariable, name: string): boolean | undefined {
  const value = getVariable(name)?.toLowerCase();
  return value === "true" || value === "false" ? value === "true" : undefined;
}
