/** OpenTelemetry of Deno, which the environment configures. */

import type { GetVariable } from "../cli/environment.ts";
import { UsageError } from "../cli/usage_error.ts";

/** Options with which URLs of requests, of clients or to other servers, contain secrets. URLs of packages may be signed. */
const SECRETS = {
  auth: "tokens",
  keys: "URLs of key servers",
  "allow-source": "URLs of packages",
} as const;

/**
 * Rejects an environment in which Deno exports traces, which contain the URL of each request.
 *
 * @throws UsageError
 */
export function refuseTraces(
  options: { readonly [name in keyof typeof SECRETS]?: string | undefined },
  getVariable: GetVariable,
): void {
  const names = Object.keys(SECRETS) as (keyof typeof SECRETS)[];
  const name = names.find((name) => options[name] !== undefined);
  if (name === undefined || !exportsTraces(getVariable)) return;
  throw new UsageError(
    `Cannot use --${name} while Deno exports traces, which contain ${SECRETS[name]}: ` +
      "set OTEL_TRACES_SAMPLER=always_off",
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
