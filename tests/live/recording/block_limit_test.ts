import { assertThrows } from "@std/assert";
import { IngestError } from "../../../lib/live/ingest_error.ts";
import { BlockLimit } from "../../../lib/live/recording/block_limit.ts";

const at = (seconds: number) => ({ utc: 0, monotonic: seconds * 1e6 });

Deno.test("BlockLimit.check() throws after 60 blocks within a minute, until one of them is older", () => {
  const limit = new BlockLimit();
  for (let second = 0; second < 58; second++) {
    limit.count(1, at(second));
    limit.check(at(second));
  }
  limit.count(0, at(58));
  limit.check(at(58));
  limit.count(2, at(59));
  assertThrows(() => limit.check(at(59)), IngestError, "60 periods");
  limit.check(at(60));
});
