import { getHlsMethod } from "./encryption_scheme.ts";
import { toKidBytes } from "./key_id.ts";
import type { HlsKeyAttributes, SignalledKey } from "./system.ts";

/** Attributes of EXT-X-KEY that a system decides. */
export interface HlsSystemKey {
  readonly uri: string;
  readonly keyFormat: string;
  /** True if players read the KID from an attribute. */
  readonly hasKeyId: boolean;
}

/** Formats attribute lists (RFC 8216bis §4.4.4.4): those of the key server, else one that `build` returns. */
export function buildHlsKeyAttributes(
  key: SignalledKey,
  build: () => HlsSystemKey,
): HlsKeyAttributes {
  const { mediaPlaylist, multivariantPlaylist } = key.vendor ?? {};
  const media = mediaPlaylist ?? multivariantPlaylist;
  const session = multivariantPlaylist ?? mediaPlaylist;
  if (media && session) return { media: media.map(dropTag), session: session.map(dropTag) };
  const list = [formatAttributes(key, build())];
  return { media: list, session: list };
}

/** The reader of signalling has checked the tag. */
function dropTag(line: string): string {
  return line.slice(line.indexOf(":") + 1);
}

function formatAttributes(
  { scheme, key: { kid } }: SignalledKey,
  { uri, keyFormat, hasKeyId }: HlsSystemKey,
): string {
  return [
    `METHOD=${getHlsMethod(scheme)}`,
    `URI="${uri}"`,
    ...hasKeyId ? [`KEYID=0x${toKidBytes(kid).toHex().toUpperCase()}`] : [],
    `KEYFORMAT="${keyFormat}"`,
    `KEYFORMATVERSIONS="1"`,
  ].join(",");
}
