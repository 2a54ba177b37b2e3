import { assertEquals, assertStringIncludes } from "@std/assert";
import { DURATION_BOUNDS, ResponseCounts } from "../../lib/metrics/response_counts.ts";
import { OTHER_RESPONSE } from "../../lib/response_category.ts";
import { CATEGORIES } from "../../lib/server/category.ts";

Deno.test("ResponseCounts counts responses by category and code, and returns each once", () => {
  const counts = new ResponseCounts();
  for (let i = 0; i < 5; i++) counts.begin();
  counts.end(CATEGORIES.mpd, 200, 100, 1500);
  counts.end(CATEGORIES.mpd, 404, 10, 500);
  counts.end(CATEGORIES.mpd, 200, 100, 250);
  counts.end(OTHER_RESPONSE, 204, 0, 0);
  assertEquals(counts.inFlight, 1);
  const [mpd, other, ...more] = counts.take();
  assertEquals(more, []);
  const { durations, ...manifest } = mpd!;
  assertEquals(manifest, {
    protocol: "dash",
    kind: "manifest",
    codes: [[200, 2], [404, 1]],
    bytes: 210,
    seconds: 2.25,
  });
  assertEquals(durations, [0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0]);
  assertEquals(other!.codes, [[204, 1]]);
  assertEquals(counts.take(), []);
  counts.end(OTHER_RESPONSE, 204, 0, 0);
  assertEquals(counts.take(), [{
    ...{ protocol: "none", kind: "other", codes: [[204, 1]], bytes: 0, seconds: 0 },
    durations: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  }]);
  assertEquals(counts.inFlight, 0);
});

Deno.test("ResponseCounts counts a duration at the first bound that is not below it", () => {
  const cases = [[0, 0], [1, 0], [1.001, 1], [30_000, DURATION_BOUNDS.length - 1]];
  for (const [ms, index] of [...cases, [30_001, DURATION_BOUNDS.length]] as [number, number][]) {
    const counts = new ResponseCounts();
    counts.end(OTHER_RESPONSE, 200, 0, ms);
    assertEquals(counts.take()[0]!.durations.indexOf(1), index, `${ms} ms`);
  }
});

Deno.test("DURATION_BOUNDS are those of the documentation", () => {
  const document = Deno.readTextFileSync(new URL("../../docs/metrics.md", import.meta.url));
  assertStringIncludes(document.replace(/\s+/g, " "), `${DURATION_BOUNDS.join(", ")} seconds`);
});
