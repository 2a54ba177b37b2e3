import { Ajv2020 } from "ajv/2020";
import { assertEquals } from "@std/assert";
import { buildInfo } from "../../lib/info/info.ts";
import published from "../../lib/info/info.schema.json" with { type: "json" };
import { openProtected, type ProtectionOptions } from "../protected_presentations.ts";

const FILES = ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4", "ladder-vtt-eng.vtt"];

const validate = new Ajv2020().compile(published);

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
    const info = JSON.parse(buildInfo(presentation, "heat.json"));
    assertEquals([validate(info), validate.errors], [true, null]);
    const { manifests, renditions } = info;
    assertEquals(Object.keys(manifests), formats);
    for (const { protocols } of renditions) assertEquals(protocols, formats);
  });
}
