import { assertEquals } from "@std/assert";
import { formatCombinedTime, formatLogTime } from "../../lib/log/log_time.ts";

const TIMES: [timeMs: number, iso: string, combined: string][] = [
  [Date.UTC(2026, 10, 4, 8, 2, 29, 7), "2026-11-04T08:02:29.007Z", "04/Nov/2026:08:02:29 +0000"],
  [
    Date.UTC(2026, 10, 4, 8, 2, 29, 999.9),
    "2026-11-04T08:02:29.999Z",
    "04/Nov/2026:08:02:29 +0000",
  ],
  [Date.UTC(2027, 0, 31, 23, 59, 59), "2027-01-31T23:59:59.000Z", "31/Jan/2027:23:59:59 +0000"],
  [0, "1970-01-01T00:00:00.000Z", "01/Jan/1970:00:00:00 +0000"],
];

for (const [timeMs, iso, combined] of TIMES) {
  Deno.test(`formatLogTime() and formatCombinedTime() write ${iso}`, () => {
    assertEquals(formatCombinedTime(timeMs), combined);
    assertEquals(formatLogTime(timeMs), iso);
  });
}
