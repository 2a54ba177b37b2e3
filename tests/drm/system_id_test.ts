import { assertEquals } from "@std/assert";
import { DRM_SYSTEMS, findDrmSystem, SYSTEM_IDS } from "../../lib/drm/system_id.ts";

Deno.test("findDrmSystem() finds each system by its SystemID, in any case", () => {
  for (const name of DRM_SYSTEMS) {
    assertEquals(findDrmSystem(SYSTEM_IDS[name]), name);
    assertEquals(findDrmSystem(SYSTEM_IDS[name].toUpperCase()), name);
  }
  assertEquals(findDrmSystem("5e629af5-38da-4063-8977-97ffbd9902d4"), undefined); // Marlin
});
