import type { DrmSystem, SignalledKey } from "../drm/system.ts";
import { DRM_SYSTEMS, type DrmSystemName } from "../drm/system_id.ts";
import { SYSTEM_SIGNALLING } from "../drm/systems.ts";
import type { Protection } from "./encryption.ts";

/**
 * Returns what each system that manifests declare says of a key.
 *
 * @param order of the systems
 * @param get calls a member of the system; undefined results are dropped
 */
export function signalKey<T>(
  { scheme, systems, keys }: Protection,
  kid: string,
  get: (system: DrmSystem, key: SignalledKey) => T | undefined,
  order: readonly DrmSystemName[] = DRM_SYSTEMS,
): T[] {
  const found = keys.get(kid);
  if (!found || scheme === "aes-128") return [];
  const { key, licences, signalling } = found;
  return order.filter((name) => systems.includes(name)).map((name) =>
    get(SYSTEM_SIGNALLING[name], {
      scheme,
      key,
      licence: licences[name],
      vendor: signalling.get(name),
    })
  ).filter((value) => value !== undefined);
}
