import { assertEquals } from "@std/assert";
import { computePeriodVersion, type PeriodIdentity } from "../../lib/archive/period_version.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

Deno.test("computePeriodVersion() differs with the epoch, the number and the inits", () => {
  const period = { epoch: 1_796_000_000_123_456, number: 17, inits: [bytes(1, 2), bytes(3)] };
  const periods: PeriodIdentity[] = [
    period,
    { ...period, epoch: period.epoch + 1 },
    { ...period, number: 18 },
    { ...period, inits: [bytes(1), bytes(2, 3)] },
    { ...period, inits: [bytes(1, 2)] },
    { ...period, inits: [bytes(3), bytes(1, 2)] },
  ];
  const versions = periods.map(computePeriodVersion);
  assertEquals(new Set(versions).size, periods.length);
  assertEquals(computePeriodVersion({ ...period }), versions[0]!);
  assertEquals(versions[0], "v5d4cd04d1666");
});
