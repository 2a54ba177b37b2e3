import { createHash } from "node:crypto";
import type { CpixSource, SpekeSource } from "../drm/key_file.ts";
import type { Secret } from "../drm/secret.ts";

/** Returns a digest of what decides the response of a source, thus not of `licences`, `keep` and `timeout`. */
export function digestSource(
  source: CpixSource | SpekeSource,
  certificates: ReadonlyMap<string, Secret<string>>,
): string {
  const { ca, certificate, headers } = source;
  const files = [ca, certificate?.cert, certificate?.key].map((path) =>
    path && certificates.get(path.reveal())?.reveal()
  );
  const definition = [
    ...source.kind === "speke"
      ? [source.kind, source.url.reveal(), source.version, source.systems]
      : [source.kind, source.document.reveal()],
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.reveal()]).sort(),
    files,
  ];
  return createHash("sha256").update(JSON.stringify(definition)).digest("base64");
}
