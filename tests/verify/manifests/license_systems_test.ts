import { assertEquals } from "@std/assert";
import type { Protection } from "../../../lib/presentation/encryption.ts";
import {
  findObjectDifference,
  findPsshDifference,
  hasHlsKeys,
  listHlsSystems,
  PLAYREADY_ID,
  WIDEVINE_ID,
} from "../../../lib/verify/manifests/license_systems.ts";
import { hex } from "../../codecs/entry.ts";

function protect(scheme: Protection["scheme"], systems: Protection["systems"]): Protection {
  return { scheme, systems, content: "heat", keys: new Map() };
}

Deno.test("listHlsSystems() knows FairPlay in cbcs alone", () => {
  assertEquals(listHlsSystems(protect("cbcs", ["fairplay", "clearkey"])), ["fairplay", "clearkey"]);
  assertEquals(listHlsSystems(protect("cenc", ["fairplay", "clearkey"])), ["clearkey"]);
});

Deno.test("hasHlsKeys() is false where no system has a line", () => {
  assertEquals(hasHlsKeys({ protection: protect("cenc", ["fairplay"]) }), false);
  assertEquals(hasHlsKeys({ protection: protect("cbcs", []) }), false);
  assertEquals(hasHlsKeys({ protection: protect("cbcs", ["fairplay"]) }), true);
  assertEquals(hasHlsKeys({ protection: protect("aes-128", []) }), true);
  assertEquals(hasHlsKeys({}), true);
});

const KID = "00112233445566778899aabbccddeeff";

Deno.test("findPsshDifference() compares SystemID and KID of Widevine", () => {
  const box = (kid: string) =>
    hex(`00000032 70737368 00000000 ${WIDEVINE_ID.replaceAll("-", "")} 00000012 1210 ${kid}`);
  const other = KID.replace("00", "01");
  const systemId = WIDEVINE_ID;
  assertEquals(findPsshDifference(box(KID), { systemId, kid: KID }), undefined);
  assertEquals(
    findPsshDifference(box(other), { systemId, kid: KID }),
    `has KIDs ${other}, expected ${KID}`,
  );
  assertEquals(
    findPsshDifference(box(KID), { systemId: PLAYREADY_ID, kid: KID }),
    `has SystemID ${WIDEVINE_ID.replaceAll("-", "")}, expected ${PLAYREADY_ID.replaceAll("-", "")}`,
  );
  assertEquals(findPsshDifference(hex("00"), { systemId, kid: KID }), "is not one whole pssh");
});

Deno.test("findObjectDifference() rejects what is not a PlayReady object", () => {
  assertEquals(findObjectDifference(undefined, KID), "is not a PlayReady object");
  assertEquals(findObjectDifference(hex("0011"), KID), "is not a PlayReady object");
});
