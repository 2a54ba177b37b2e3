import { assertEquals } from "@std/assert";
import {
  fragmentUrl,
  SMOOTH_MANIFEST_URL,
  SMOOTH_MANIFESTS,
  SMOOTH_MEDIA,
  type SmoothMedia,
} from "../../lib/smooth/routes.ts";
import { matchRoute } from "../../lib/url/route.ts";

const names: [name: string, found: boolean][] = [
  [SMOOTH_MANIFEST_URL, true],
  ["manifest", true],
  ["MANIFEST", true],
  ["Manifests", false],
  ["Manifest.xml", false],
];

for (const [name, found] of names) {
  Deno.test(`SMOOTH_MANIFESTS ${found ? "has" : "does not have"} ${name}`, () => {
    assertEquals(matchRoute(SMOOTH_MANIFESTS, name) !== undefined, found);
  });
}

const URL = fragmentUrl("v1", { bitrate: 400, stream: "video_eng", time: 20 });
const ROUTE = { kind: "fragment", bitrate: 400, stream: "video_eng", time: 20 } as const;

const fragments: [path: string, route: SmoothMedia | undefined][] = [
  [URL.replace("v1/", ""), ROUTE],
  ["qualitylevels(400)/fragments(video_eng=20)", ROUTE],
  ["QualityLevels(400)/FragmentInfo(video_eng=20)", { ...ROUTE, kind: "fragmentInfo" }],
  ["QualityLevels(0)/Fragments(video_eng=20)", undefined],
  ["QualityLevels(400)/Fragments(video_eng=020)", undefined],
  ["QualityLevels(400)/Fragments(video eng=20)", undefined],
  ["QualityLevels(400)/Fragments(20)", undefined],
];

for (const [path, route] of fragments) {
  Deno.test(`SMOOTH_MEDIA parses ${path}`, () => {
    assertEquals(matchRoute(SMOOTH_MEDIA, path), route);
  });
}
