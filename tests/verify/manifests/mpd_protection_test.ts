import type { ProtectionOptions } from "../../protected_presentations.ts";
import { GENERATORS } from "../../../lib/verify/generators.ts";
import { type Change, replace, testMutations } from "../manifest_mutations.ts";

const FILES = ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4", "ladder-vtt-eng.vtt"];

const CBCS: ProtectionOptions = { scheme: "cbcs", per: "type" };

const KID = "a56ce54c-0cc3-87e6-8470-40368011fbf6";
const OTHER = "75794092-4434-8559-bd33-c5716f3ba359";

const change = (change: Change) => () => ({
  mpd: (...args: Parameters<typeof GENERATORS.mpd>) => change(GENERATORS.mpd(...args)),
});

testMutations("DASH manifest", [
  ["another default_KID", replace(`default_KID="${KID}`, `default_KID="${OTHER}`), "protection"],
  [
    "a default_KID in capitals",
    replace(`default_KID="${KID}`, `default_KID="${KID.toUpperCase()}`),
    "protection",
  ],
  ["another scheme", replace('value="cbcs"', 'value="cenc"'), "key line"],
  ["no mp4protection", replace(/<ContentProtection [^>]*default_KID[^>]*\/>/, ""), "key line"],
  [
    "a missing system",
    replace(/<ContentProtection [^>]*value="Widevine">[^]*?<\/ContentProtection>/, ""),
    "key line",
  ],
  [
    "an unknown system",
    replace(
      "urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e",
      "urn:uuid:1077efec-c0b2-4d02-ace3-3c1e52e2fb4b",
    ),
    "key line",
  ],
  ["a truncated pssh", replace("AAAAOHBzc2gA", "AAAAOHBz"), "key line"],
  [
    "a pssh of another KID",
    (text) => {
      const [, video, audio] = [...text.matchAll(/AAAAOHBzc2g[^<]+/g)].map(([box]) => box)
        .reduce<string[]>((all, box) => [...all, box], [""]);
      return text.replace(video!, audio!);
    },
    "key line",
  ],
  [
    "a PlayReady object that differs from its pssh",
    replace(/<mspr:pro>[^<]*/, "<mspr:pro>AAAA"),
    "key line",
  ],
  [
    "ContentProtection of subtitles",
    replace(
      /(<AdaptationSet [^>]*contentType="text"[^>]*>)/,
      '$1<ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cbcs"/>',
    ),
    "key line",
  ],
  [
    "ContentProtection of a Representation",
    replace(
      /(<Representation id="audio[^>]*>)/,
      '$1<ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cbcs"/>',
    ),
    "key line",
  ],
], { files: FILES, change, protection: CBCS });

testMutations("DASH manifest", [
  [
    "ContentProtection of clear media",
    replace(
      /(<AdaptationSet [^>]*contentType="audio"[^>]*>)/,
      '$1<ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cbcs"/>',
    ),
    "key line",
  ],
], { files: FILES, change });
