import { assertEquals } from "@std/assert";
import { SegmentRates } from "../../lib/archive/segment_rates.ts";

const SECOND = 10;

const segment = (bytes: number, seconds = 2) => ({ bytes, duration: SECOND * seconds });

Deno.test("SegmentRates has the peak of segments and the average of all, once the target is fixed", () => {
  const rates = new SegmentRates({ timescale: SECOND });
  rates.addSegment(segment(1000));
  rates.addSegment(segment(3000));
  assertEquals(rates.bandwidths, { bandwidth: 0, averageBandwidth: 8000 });
  rates.list();
  assertEquals(rates.stored.listed, undefined);
  rates.setTarget(2);
  assertEquals(rates.bandwidths, { bandwidth: 12_000, averageBandwidth: 8000 });
  rates.list();
  rates.addSegment(segment(5000));
  rates.list();
  assertEquals(rates.stored, { peak: 20_000, bytes: 9000, duration: 6e6, listed: 12_000 });
});

Deno.test("SegmentRates goes on from those of the blocks before", () => {
  const stored = { peak: 20_000, bytes: 9000, duration: 6e6, listed: 12_000 };
  const rates = new SegmentRates({ timescale: SECOND, rates: stored }, 2);
  assertEquals(rates.stored, stored);
  rates.addSegment(segment(1000));
  rates.list();
  assertEquals(rates.stored, { peak: 20_000, bytes: 10_000, duration: 8e6, listed: 12_000 });
  rates.addSegment(segment(6000));
  assertEquals(rates.bandwidths.bandwidth, 24_000);
});

Deno.test("SegmentRates declares what the encoder announces if that is more", () => {
  const rates = new SegmentRates({ timescale: SECOND, bandwidth: 15_000 }, 2);
  rates.addSegment(segment(1000));
  rates.list();
  assertEquals([rates.bandwidths.bandwidth, rates.stored.listed], [15_000, 15_000]);
  rates.addSegment(segment(5000));
  assertEquals([rates.bandwidths.bandwidth, rates.stored.listed], [20_000, 15_000]);
});
