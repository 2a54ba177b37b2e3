import { assertEquals } from "@std/assert";
import { computeSegmentHeaderSize } from "../../lib/presentation/segment_bytes.ts";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { getPlanSize } from "../../lib/storage/read_plan.ts";
import { MEDIA, openTestdata } from "../sample_presentations.ts";
import { CLEAR } from "../clear_protection.ts";

for (const file of MEDIA) {
  Deno.test(`computeSegmentHeaderSize() equals the size of headers of segments of ${file}`, async () => {
    const presentation = await openTestdata([file], 1);
    presentation.close();
    for (const rendition of presentation.renditions.values()) {
      if (rendition.type === "text" || rendition.type === "image") continue;
      const { bytes, headers, samples } = rendition.timeline;
      const plans = Array.from(bytes, (_, index) => planCmafSegment(rendition, index, CLEAR));
      assertEquals([...bytes], plans.map(getPlanSize));
      assertEquals([...headers], plans.map(({ header }) => header.length));
      const range = { first: samples[0]!, end: samples[1]!, bytes: bytes[0]! - headers[0]! };
      assertEquals(computeSegmentHeaderSize(rendition, range), headers[0]);
    }
  });
}
