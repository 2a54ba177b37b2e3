import { clearkey } from "./clearkey.ts";
import { fairplay } from "./fairplay.ts";
import { playready } from "./playready.ts";
import type { DrmSystem } from "./system.ts";
import type { DrmSystemName } from "./system_id.ts";
import { widevine } from "./widevine.ts";

/** What each DRM system signals. Manifests have the order of `DRM_SYSTEMS`. */
export const SYSTEM_SIGNALLING: Readonly<Record<DrmSystemName, DrmSystem>> = {
  widevine,
  playready,
  fairplay,
  clearkey,
};
