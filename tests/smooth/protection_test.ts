import { assertEquals } from "@std/assert";
import { buildPlayReadyObject } from "../../lib/drm/playready.ts";
import { buildProtection } from "../../lib/smooth/protection.ts";
import { buildSmoothManifest } from "../../lib/smooth/manifest.ts";
import { openProtected } from "../protected_presentations.ts";
import { openTestdata } from "../sample_presentations.ts";

const SYSTEM_ID = "9A04F079-9840-4286-AB92-E65BE0885F95";

Deno.test("buildProtection() declares PlayReady alone, and nothing of clear presentations", async () => {
  const licences = { playready: "https://pr.example/" };
  const presentation = await openProtected(["ladder-avc-240p.mp4"], { scheme: "cenc", licences });
  presentation.close();
  const [{ key }] = presentation.protection!.keys.values() as Iterable<never> as [{ key: never }];
  const object = buildPlayReadyObject({ key, scheme: "cenc", licenseUrl: licences.playready });
  const text = object.toBase64();
  const headers = [{ "@SystemID": SYSTEM_ID, "#text": text }];
  assertEquals(buildProtection(presentation), { ProtectionHeader: headers });
  const [element] = /<Protection>.*<\/Protection>/s.exec(buildSmoothManifest(presentation))!;
  assertEquals(
    element.replace(/\n\s*/g, ""),
    `<Protection><ProtectionHeader SystemID="${SYSTEM_ID}">${text}</ProtectionHeader></Protection>`,
  );
  const clear = await openTestdata(["ladder-avc-240p.mp4"]);
  clear.close();
  assertEquals(buildProtection(clear), undefined);
});
