import { SYSTEM_IDS } from "../drm/system_id.ts";
import type { Presentation } from "../presentation/presentation.ts";
import { signalKey } from "../presentation/signalled_keys.ts";
import type { XmlElement } from "../xml.ts";

/** Builds Protection ([MS-SSTR] 2.2.2.2), of the only key that a manifest declares; undefined if the presentation is clear. */
export function buildProtection({ protection }: Presentation): XmlElement | undefined {
  const [kid] = protection?.keys.keys() ?? [];
  if (!protection || kid === undefined) return undefined;
  const headers = signalKey(protection, kid, ({ name, smooth }, key) => {
    const text = smooth?.(key);
    return text === undefined
      ? undefined
      : { "@SystemID": SYSTEM_IDS[name].toUpperCase(), "#text": text };
  });
  return { ProtectionHeader: headers };
}
