import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { computeStreamId } from "../../lib/presentation/stream_id.ts";
import { openTestdata } from "../sample_presentations.ts";

const LIVE = { availabilityStart: 0 };

async function withRenditions(
  file: string,
  test: (renditions: readonly MediaRendition[]) => Promise<void>,
): Promise<void> {
  const presentation = await openTestdata([file]);
  await test([...presentation.renditions.values()] as MediaRendition[]);
  presentation.close();
}

const changes: [description: string, change: (rendition: MediaRendition) => MediaRendition][] = [
  ["name", (rendition) => ({ ...rendition, name: "other" })],
  ["language", (rendition) => ({ ...rendition, language: "fr" })],
  ["edit", ({ timing, ...rest }) => ({ ...rest, timing: { ...timing, mediaTime: 7 } })],
  ["sample entry", ({ track, ...rest }) => ({ ...rest, track: { ...track, entries: [] } })],
  ["first sample", ({ timing, ...rest }) => ({ ...rest, timing: { ...timing, first: 1 } })],
];

for (const [description, change] of changes) {
  Deno.test(`computeStreamId() differs with the ${description}`, () =>
    withRenditions("frag-avcaac-interleaved.mp4", async ([video, audio]) => {
      const renditions = [change(video!), audio!];
      assertNotEquals(
        await computeStreamId(renditions, 2, LIVE),
        await computeStreamId([video!, audio!], 2, LIVE),
      );
    }));
}

Deno.test("computeStreamId() differs with the availability start and the segment duration", () =>
  withRenditions("frag-avc-plain.mp4", async (renditions) => {
    const ids = await Promise.all([
      computeStreamId(renditions, 2, LIVE),
      computeStreamId(renditions, 4, LIVE),
      computeStreamId(renditions, 2, { availabilityStart: 1 }),
    ]);
    assertEquals(new Set(ids).size, 3);
    for (const id of ids) assertMatch(id, /^v[0-9a-f]{12}$/);
  }));

Deno.test("computeStreamId() does not depend on samples that were appended", () =>
  withRenditions("frag-avc-plain.mp4", async ([video]) => {
    const { timing } = video!;
    const shorter = { ...video!, timing: { ...timing, end: 60 } };
    assertEquals(
      await computeStreamId([shorter], 2, LIVE),
      await computeStreamId([video!], 2, LIVE),
    );
  }));
