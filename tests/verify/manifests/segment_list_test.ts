import { assertEquals } from "@std/assert";
import type { Presentation } from "../../../lib/presentation/presentation.ts";
import { checkStarts, checkUrl } from "../../../lib/verify/manifests/segment_list.ts";

const lists: [listed: number[], expected: number[], findings: string[]][] = [
  [[0, 2, 4], [0, 2, 4], []],
  [[0, 4], [0, 2, 4], ["1 missing segment"]],
  [[0, 3, 4], [0, 4], ["1 unknown segment"]],
  [[0, 0, 2], [0, 2], ["1 order"]],
  [[2, 0], [0, 2], ["1 order"]],
];

for (const [listed, expected, findings] of lists) {
  Deno.test(`checkStarts() compares [${listed}] with [${expected}]`, () => {
    const found: string[] = [];
    checkStarts(listed, expected, (index, rule) => found.push(`${index} ${rule}`));
    assertEquals(found, findings);
  });
}

const urls: [url: string, finding?: string][] = [
  ["v1/a/200.m4s"],
  ["v1/b/200.m4s", "'v1/b/200.m4s' leads to cmaf b 200, expected cmaf a 200"],
  ["v1/a/init.mp4", "'v1/a/init.mp4' leads to init a, expected cmaf a 200"],
  ["v2/a/200.m4s", "'v2/a/200.m4s' has version v2, expected v1"],
  ["../a/200.m4s", "'../a/200.m4s' is invalid: "],
];

for (const [url, finding] of urls) {
  Deno.test(`checkUrl() checks ${url}`, () => {
    const found: string[] = [];
    const presentation = { version: "v1" } as Presentation;
    const report = (_: string, message: string) => void found.push(message);
    const target = { kind: "cmaf", rendition: "a", time: 200 };
    assertEquals(checkUrl(url, target, { presentation, report }), finding === undefined);
    assertEquals(found.map((it) => it.startsWith(finding ?? "")), finding ? [true] : []);
  });
}
