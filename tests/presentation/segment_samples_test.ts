import { assertEquals } from "@std/assert";
import { segmentBytes } from "../../lib/presentation/segment_samples.ts";
import { cmafSegment } from "../../lib/segment/cmaf.ts";
import { planSize } from "../../lib/segment/plan.ts";
import { MEDIA, openTestdata } from "../titles.ts";

for (const file of MEDIA) {
  Deno.test(`segmentBytes() says of ${file} what the writer of segments does`, async () => {
    const presentation = await openTestdata([file], 1);
    presentation.close();
    for (const rendition of presentation.renditions.values()) {
      if (rendition.type === "text" || rendition.type === "image") continue;
      const written = segmentBytes(rendition).map((_, index) => {
        const plan = cmafSegment(rendition, index);
        return { total: planSize(plan), head: plan.head.length };
      });
      assertEquals(segmentBytes(rendition), written);
    }
  });
}
