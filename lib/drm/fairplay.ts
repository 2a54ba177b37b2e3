/** FairPlay Streaming: HLS alone, with `cbcs` alone (Apple, "FairPlay Streaming Programming Guide"). */

import { buildHlsKeyAttributes } from "./hls_key_attributes.ts";
import type { DrmSystem } from "./system.ts";

export const fairplay: DrmSystem = {
  name: "fairplay",

  hls: (key) =>
    key.scheme === "cenc" ? undefined : buildHlsKeyAttributes(key, () => ({
      uri: key.licence ?? `skd://${key.key.kid}`,
      keyFormat: "com.apple.streamingkeydelivery",
      hasKeyId: false,
    })),
};
