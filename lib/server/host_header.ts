import { RequestError } from "../errors.ts";

/**
 * Deno builds URLs from the Host header, so a slash in it would become part of the path.
 *
 * @throws RequestError `BAD_REQUEST`
 */
export function rejectInvalidHost(host: string | null): void {
  if (host !== null && /[/\\?#@]/.test(host)) {
    throw new RequestError("BAD_REQUEST", `Cannot use the host '${host.slice(0, 100)}'`);
  }
}
