import { assert, assertEquals, assertThrows } from "@std/assert";
import { buildInit } from "../../lib/cmaf/init.ts";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { SegmentProtection } from "../../lib/presentation/segment_protection.ts";
import { planSmoothFragment } from "../../lib/smooth/fragment.ts";
import { buildSmoothStreams } from "../../lib/smooth/streams.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { decryptFragment, findBoxes, readProtection } from "../decrypt_fragment.ts";
import { openProtected } from "../protected_presentations.ts";

const NO_BUFFER = new Uint8Array(0);

/** Audio with priming, which Smooth omits; video with several segments, edits, and parameter sets in samples. */
const FILES = [
  ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4"],
  ["pair-avc-aac.mp4"],
  ["test-avc-avc3.mp4"],
  ["flash-avc-trimmed.mp4"],
  ["pair-avc-cutend.mp4"],
];

for (const files of FILES) {
  Deno.test(`planSmoothFragment() has the IVs, maps and bytes of CMAF: ${files.join(", ")}`, async () => {
    const presentation = await openProtected(files, { scheme: "cenc" });
    using _ = { [Symbol.dispose]: () => presentation.close() };
    let [count, omitted] = [0, 0];
    for (const stream of buildSmoothStreams(presentation)) {
      for (const { rendition } of stream.levels) {
        if (rendition.type === "text") continue;
        const tencs = readProtection(buildInit(rendition));
        const key = rendition.encryption!.key.key.reveal();
        for (let index = 0; index < stream.times.length - 1; index++) {
          const protection = SegmentProtection.decide(presentation, rendition, "smooth")!;
          const plan = planSmoothFragment(stream, rendition, { index, protection });
          const bytes = await readPlan(plan, NO_BUFFER);
          const smooth = decryptFragment(bytes, tencs, key);
          const cmaf = decryptFragment(
            await readPlan(
              planCmafSegment(
                rendition,
                index,
                SegmentProtection.decide(presentation, rendition, "cmaf")!,
              ),
              NO_BUFFER,
            ),
            tencs,
            key,
          );
          omitted += cmaf.length - smooth.length;
          assertEquals(smooth, cmaf.slice(cmaf.length - smooth.length));
          assertEquals(findBoxes(bytes, "moof/traf/senc").length, 0);
          count += smooth.length;
        }
      }
    }
    assert(count > 10);
    if (files[1]) assert(omitted > 0);
  });
}

Deno.test("planSmoothFragment() does not encrypt whole fragments", async () => {
  const presentation = await openProtected(["ladder-avc-240p.mp4"], { scheme: "aes-128" });
  presentation.close();
  const [rendition] = presentation.renditions.values();
  const { protection: _, ...clear } = presentation;
  const [stream] = buildSmoothStreams(clear);
  assert(rendition?.type === "video");
  assertEquals(SegmentProtection.decide(presentation, rendition, "smooth"), undefined);
  const protection = SegmentProtection.decide(presentation, rendition, "cmaf")!;
  const options = { index: 0, protection };
  assertThrows(() => planSmoothFragment(stream!, rendition, options), TypeError, "aes-128");
});
