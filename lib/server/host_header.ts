import { RequestError } from "../errors.ts";

/**
 * Deno builds the URL of a request from its Host header, so a slash in the header would become part of the path.
 *
 * @throws RequestError `BAD_REQUEST`
 */
export function rejectInvalidHost(host: string | null): void {
  if (host !== null && /[/\\?#@]/.test(host)) {
    throw new RequestError("BAD_REQUEST", `Cannot use the host '${host.slice(0, 100)}'`);
  }
}
