/** DRM systems by name, in the order of manifests. */
export const DRM_SYSTEMS = ["widevine", "playready", "fairplay", "clearkey"] as const;

export type DrmSystemName = typeof DRM_SYSTEMS[number];

/** SystemIDs (dashif.org/identifiers/content_protection). */
export const SYSTEM_IDS: Readonly<Record<DrmSystemName, string>> = {
  widevine: "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed",
  playready: "9a04f079-9840-4286-ab92-e65be0885f95",
  fairplay: "94ce86fb-07ff-4f43-adb8-93d2fa968ca2",
  clearkey: "e2719d58-a985-b3c9-781a-b030af78d30e",
};

/** @param id a UUID in any case */
export function findDrmSystem(id: string): DrmSystemName | undefined {
  return DRM_SYSTEMS.find((name) => SYSTEM_IDS[name] === id.toLowerCase());
}
