import type { RemoteOptions } from "../drm/key_file.ts";
import type { Secret } from "../drm/secret.ts";

/**
 * Returns a client with the certificates of a source; undefined for a source without any.
 *
 * @param contents of the files, by the path in the key file
 * @throws Error if a file cannot be used
 */
export function createKeyHttpClient(
  { ca, certificate }: Pick<RemoteOptions, "ca" | "certificate">,
  contents: ReadonlyMap<string, Secret<string>>,
): Deno.HttpClient | undefined {
  if (!ca && !certificate) return undefined;
  const read = (path: Secret<string>) => contents.get(path.reveal())!.reveal();
  return Deno.createHttpClient({
    ...ca && { caCerts: [read(ca)] },
    ...certificate && { cert: read(certificate.cert), key: read(certificate.key) },
  });
}
