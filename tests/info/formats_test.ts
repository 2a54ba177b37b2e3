import { assertEquals } from "@std/assert";
import { buildInfo } from "../../lib/info/info.ts";
import { openProtected, type ProtectionOptions } from "../protected_presentations.ts";

const FILES = ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4", "ladder-vtt-eng.vtt"];

const cases: [options: ProtectionOptions, formats: string[]][] = [
  [{ scheme: "cbcs" }, ["dash", "hls"]],
  [{ scheme: "cenc" }, ["dash", "hls", "smooth"]],
  [{ scheme: "cenc", per: "type" }, ["dash", "hls"]],
  [{ scheme: "cenc", systems: ["widevine"] }, ["dash", "hls"]],
  [{ scheme: "cenc", systems: ["fairplay"] }, ["dash"]],
  [{ scheme: "aes-128" }, ["hls", "hlsTs"]],
];

for (const [options, formats] of cases) {
  const { scheme, per = "all", systems = "all" } = options;
  Deno.test(`buildInfo() lists ${formats} of ${scheme}, keys per ${per}, systems ${systems}`, async () => {
    const presentation = await openProtected(FILES, options);
    presentation.close();
    const { manifests, renditions } = JSON.parse(buildInfo(presentation, "heat.json"));
    assertEquals(Object.keys(manifests), formats);
    for (const { protocols } of renditions) assertEquals(protocols, formats);
  });
}
