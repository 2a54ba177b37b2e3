import { assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { DerivedValues } from "../../lib/presentation/derived_values.ts";
import { resolve } from "../../lib/server/resolve.ts";
import { type ManifestRoute, parseRoute } from "../../lib/server/routes.ts";
import { openProtected, type ProtectionOptions } from "../protected_presentations.ts";

const AES_128 = "it is protected with aes-128, ";

/** The reason of the 404; undefined: there is a manifest. */
const cases: [url: string, options: ProtectionOptions, why?: string][] = [
  [".mpd", { scheme: "cenc" }],
  [".mpd", { scheme: "cbcs", per: "resolution", systems: [] }],
  ["wvtt.mpd", { scheme: "cbcs" }],
  [".mpd", { scheme: "aes-128" }, `${AES_128}which DASH does not support`],
  ["wvtt.mpd", { scheme: "aes-128" }, `${AES_128}which DASH does not support`],
  ["Manifest", { scheme: "cenc" }],
  ["Manifest", { scheme: "cenc", systems: ["playready"] }],
  ["Manifest", { scheme: "cenc", per: "type" }, "it is protected with 2 keys, expected one"],
  [
    "Manifest",
    { scheme: "cenc", systems: ["widevine", "clearkey"] },
    "it is protected, and playready is not among its DRM systems",
  ],
  [
    "Manifest",
    { scheme: "cbcs" },
    "it is protected with cbcs, expected cenc for Smooth Streaming",
  ],
  [
    "Manifest",
    { scheme: "aes-128" },
    "it is protected with aes-128, expected cenc for Smooth Streaming",
  ],
];

for (const [url, options, why] of cases) {
  const outcome = why === undefined ? "a manifest" : `404, ${why}`;
  Deno.test(`resolve() of ${url} with ${JSON.stringify(options)} returns ${outcome}`, async () => {
    const presentation = await openProtected(
      ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4"],
      options,
    );
    presentation.close();
    const asset = { presentation, derived: new DerivedValues(presentation), updatedAt: 0 };
    const get = () => resolve(asset, parseRoute(`/heat.json/${url}`) as ManifestRoute);
    if (why === undefined) return void get();
    const { code, message } = assertThrows(get, RequestError);
    assertEquals([code, message], ["NOT_FOUND", `Cannot find a manifest of 'heat.json': ${why}`]);
  });
}
