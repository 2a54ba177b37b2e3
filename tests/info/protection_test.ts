/** Protection in about.json. */

import { Ajv2020 } from "ajv/2020";
import { assert, assertEquals } from "@std/assert";
import published from "../../lib/info/info.schema.json" with { type: "json" };
import { buildInfo } from "../../lib/info/info.ts";
import type { Presentation } from "../../lib/presentation/presentation.ts";
import type { OpenPresentation } from "../open_presentation.ts";
import { openProtected } from "../protected_presentations.ts";
import { openTestdata } from "../sample_presentations.ts";

// deno-lint-ignore no-explicit-any -- parsed JSON
type Json = any;

const validate = new Ajv2020().compile(published);

async function withPresentation(
  opening: Promise<OpenPresentation>,
  use: (presentation: Presentation) => void,
): Promise<void> {
  const presentation = await opening;
  use(presentation);
  presentation.close();
}

function describe(presentation: Presentation): Json {
  const value = JSON.parse(buildInfo(presentation, "a/film.json"));
  assert(validate(value), JSON.stringify(validate.errors));
  return value;
}

const LADDER = ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4", "ladder-vtt-eng.vtt"];

Deno.test("buildInfo() describes protection, and the KID of audio and video", async () => {
  const options = { scheme: "cbcs", per: "type", systems: ["clearkey", "widevine"] } as const;
  await withPresentation(openProtected(LADDER, options), (presentation) => {
    const { protection, renditions, manifests } = describe(presentation);
    const [audio, video] = [
      "75794092-4434-8559-bd33-c5716f3ba359",
      "a56ce54c-0cc3-87e6-8470-40368011fbf6",
    ];
    const expected = { scheme: "cbcs", systems: ["widevine", "clearkey"], kids: { audio, video } };
    assertEquals(protection, expected);
    assertEquals(renditions.map(({ kid }: Json) => kid), [video, audio, undefined]);
    assertEquals(Object.keys(manifests), ["dash", "hls"]);
  });
});

Deno.test("buildInfo() lists no systems of aes-128", async () => {
  const options = { scheme: "aes-128", servesKeys: true } as const;
  await withPresentation(openProtected(LADDER, options), (presentation) => {
    const { protection, manifests } = describe(presentation);
    const kids = { all: "fccd63fb-992e-846c-8f1b-0f0759290146" };
    assertEquals(protection, { scheme: "aes-128", systems: [], kids });
    assertEquals(Object.keys(manifests), ["hls", "hlsTs"]);
  });
});

Deno.test("buildInfo() of a clear asset has neither protection nor KIDs", async () => {
  await withPresentation(openTestdata(LADDER), (presentation) => {
    const text = buildInfo(presentation, "a/film.json");
    assertEquals(["protection", "kid"].filter((key) => text.includes(`"${key}"`)), []);
  });
});
