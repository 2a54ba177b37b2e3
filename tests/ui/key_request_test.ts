import { assertEquals } from "@std/assert";
import { renameClearKey, requestPlayerKeys } from "../../lib/ui/key_request.js";

const VIDEO = "a56ce54c-0cc3-87e6-8470-40368011fbf6";

const AUDIO = "75794092-4434-8559-bd33-c5716f3ba359";

/** Requests the keys of an asset with a video and an audio of these KIDs. */
async function request(
  protection: { scheme: string; systems: string[] } | undefined,
  responses: Record<string, Response>,
  isSecure = true,
) {
  const lines: string[] = [];
  // deno-lint-ignore require-await -- a fetch
  const get = async (url: unknown, { method = "GET", body = "" }: RequestInit = {}) => {
    lines.push([method, url, body].filter(Boolean).join(" "));
    return responses[`${url}`] ?? new Response(null, { status: 404 });
  };
  const renditions = [{ kid: VIDEO }, { kid: AUDIO }, { kid: VIDEO }, {}];
  const found = await requestPlayerKeys(
    { protection, renditions } as never,
    { fetch: get as typeof fetch, isSecure, addToken: (url) => `${url}?token=t` },
  );
  return { found, lines };
}

Deno.test("requestPlayerKeys() requests nothing for a clear asset", async () => {
  const { found, lines } = await request(undefined, {}, false);
  assertEquals([found, lines], [{ keys: {} }, []]);
});

Deno.test("requestPlayerKeys() requests a license of all KIDs", async () => {
  const keys = [{ kty: "oct", kid: "pWzlTAzDh-aEcEA2gBH79g", k: "-_-_-_-_-_-_-_-_-_-_-w" }];
  const license = Response.json({ keys, type: "temporary" });
  const protection = { scheme: "cbcs", systems: ["clearkey"] };
  const { found, lines } = await request(protection, { "clearkey?token=t": license });
  assertEquals(found, { keys: { [VIDEO.replaceAll("-", "")]: "fbffbf".repeat(5) + "fb" } });
  const kids = ["pWzlTAzDh-aEcEA2gBH79g", "dXlAkkQ0hVm9M8VxbzujWQ"];
  const body = JSON.stringify({ kids, type: "temporary" });
  assertEquals(lines, [`POST clearkey?token=t ${body}`]);
});

const holders: [systems: string[], problem: string][] = [
  [["clearkey"], "This page gets no keys: the license server of ClearKey has them (cbcs)."],
  [
    ["widevine", "playready", "fairplay"],
    "This page gets no keys: the license servers of Widevine, PlayReady and FairPlay have them (cbcs).",
  ],
  [[], "This page gets no keys: the key server of the operator has them (cbcs)."],
];

for (const [systems, problem] of holders) {
  Deno.test(`requestPlayerKeys() names who has the keys: ${systems}`, async () => {
    const { found } = await request({ scheme: "cbcs", systems }, {});
    assertEquals(found, { problem });
  });
}

Deno.test("requestPlayerKeys() requests nothing on a page that cannot decrypt", async () => {
  const { found, lines } = await request({ scheme: "cbcs", systems: [] }, {}, false);
  const problem = "Browsers decrypt on pages of HTTPS and of localhost only.";
  assertEquals([found, lines], [{ problem }, []]);
});

const OWN = `#EXT-X-SESSION-KEY:METHOD=AES-128,URI="key/${VIDEO}?token=t"`;
const OTHER = `#EXT-X-SESSION-KEY:METHOD=AES-128,URI="https://keys.example/"`;

const segmentKeys: [playlist: number | string, key: number, isServed: boolean][] = [
  [OWN, 200, true],
  [OWN, 403, false],
  [OTHER, 404, true],
  [500, 404, false],
];

for (const [playlist, status, isServed] of segmentKeys) {
  Deno.test(`requestPlayerKeys() looks for a key of aes-128: ${playlist}, ${status}`, async () => {
    const { found } = await request({ scheme: "aes-128", systems: [] }, {
      ".m3u8?token=t": typeof playlist === "string"
        ? new Response(playlist)
        : new Response(null, { status: playlist }),
      [`key/${VIDEO}?token=t`]: new Response(null, { status }),
    });
    const problem = "This page gets no keys: the key server of the operator has them (aes-128).";
    assertEquals(found, isServed ? { keys: {} } : { problem });
  });
}

Deno.test("renameClearKey() changes the key format of ClearKey alone", () => {
  const line = (format: string) => `#EXT-X-KEY:METHOD=SAMPLE-AES,KEYFORMAT="${format}"\n`;
  const playready = line("com.microsoft.playready");
  const widevine = line("urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed");
  assertEquals(renameClearKey(playready + line("org.w3.clearkey")), playready + widevine);
});
