import { assertThrows } from "@std/assert";
import type { ChannelEvent } from "../../../lib/live/segmenter/channel_events.ts";
import { IngestError } from "../../../lib/live/ingest_error.ts";
import { PeriodLimit } from "../../../lib/live/recording/period_limit.ts";

const at = (seconds: number) => ({ utc: 0, monotonic: seconds * 1e6 });

const BEGAN: ChannelEvent[] = [
  { kind: "period began", reason: "start", startsBroadcast: true, start: 0, tracks: [] },
];

Deno.test("PeriodLimit.check() throws after 60 periods within a minute, until one of them is older", () => {
  const limit = new PeriodLimit();
  for (let second = 0; second < 59; second++) {
    limit.count(BEGAN, at(second));
    limit.check(at(second));
  }
  limit.count([{ kind: "period ended" }, ...BEGAN], at(59));
  assertThrows(() => limit.check(at(59)), IngestError, "60 periods of a channel");
  limit.check(at(60));
});
