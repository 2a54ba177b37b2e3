import { RequestError } from "../errors.ts";

/**
 * Rejects a Host header that differs from the URL, which HTTP/2 and the absolute form allow: caches may use either.
 * Deno builds URLs from the Host header, so a slash in it would become part of the path.
 *
 * @throws RequestError `BAD_REQUEST`
 */
export function rejectInvalidHost(host: string | null, authority?: string): void {
  if (host !== null && /[/\\?#@]/.test(host)) {
    throw new RequestError("BAD_REQUEST", `Cannot use the host '${host.slice(0, 100)}'`);
  }
  if (host !== null && authority !== undefined && host !== authority) {
    const message = `Cannot use the host '${host.slice(0, 100)}': the URL is of '${
      authority.slice(0, 100)
    }'`;
    throw new RequestError("BAD_REQUEST", message);
  }
}
