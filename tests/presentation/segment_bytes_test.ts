import { assertEquals } from "@std/assert";
import { computeSegmentBytes } from "../../lib/presentation/segment_bytes.ts";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { getPlanSize } from "../../lib/storage/read_plan.ts";
import { MEDIA, openTestdata } from "../sample_presentations.ts";

for (const file of MEDIA) {
  Deno.test(`computeSegmentBytes() equals the sizes of the segments of ${file}`, async () => {
    const presentation = await openTestdata([file], 1);
    presentation.close();
    for (const rendition of presentation.renditions.values()) {
      if (rendition.type === "text" || rendition.type === "image") continue;
      const { totals, headers } = computeSegmentBytes(rendition);
      const plans = Array.from(totals, (_, index) => planCmafSegment(rendition, index));
      assertEquals([...totals], plans.map(getPlanSize));
      assertEquals([...headers], plans.map(({ header }) => header.length));
    }
  });
}
