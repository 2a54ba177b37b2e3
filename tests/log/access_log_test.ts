import { assertEquals, assertMatch } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { AccessLog, type LogBatch } from "../../lib/log/access_log.ts";
import { createEntry } from "./entry.ts";

Deno.test("AccessLog writes lines in batches and loses none", () => {
  const written: LogBatch[] = [];
  const announced: number[] = [];
  const log = new AccessLog("text", {
    onFirstLine: (timeMs) => announced.push(timeMs),
    onBatch: (batch) => written.push(batch),
  });
  log.logRequest(createEntry("/a"));
  log.logRequest({ ...createEntry("/b"), endedAtMs: 1 });
  assertEquals([written, announced], [[], [createEntry("/a").endedAtMs]]);
  log.flush();
  const [{ lines, timesMs }] = written as [LogBatch];
  assertMatch(lines, /^\S+ GET \/a 200 .*\n\S+ GET \/b 200 .*\n$/);
  assertEquals(timesMs, [createEntry("/a").endedAtMs, 1]);
  log.flush();
  assertEquals(written.length, 1);
  for (let i = 0; i < 1000; i++) log.logRequest(createEntry("/a"));
  assertEquals(written.length > 1, true); // flushed before the timer
  log.flush();
  assertEquals(announced, written.map(({ timesMs }) => timesMs[0]!));
  assertEquals(written.map(({ lines }) => lines).join("").split("\n").length, 1003);
  assertEquals(written.reduce((sum, { timesMs }) => sum + timesMs.length, 0), 1002);
});

const notFound = new RequestError("NOT_FOUND", "Cannot find it");
const internal = new TypeError("oh");

for (
  const [format, count] of [["text", 3], ["json", 3], ["combined", 3], ["errors", 1], [
    "none",
    0,
  ]] as const
) {
  Deno.test(`AccessLog writes ${count} of 200, 404 and 500 with --log ${format}`, () => {
    let written = "";
    const log = new AccessLog(format, {
      onFirstLine() {},
      onBatch: ({ lines }) => written += lines,
    });
    const entries = [undefined, notFound, internal].map((error) => createEntry("/a", { error }));
    entries.filter(({ response }) => log.includes(response)).forEach((it) => log.logRequest(it));
    log.flush();
    assertEquals(written.split("\n").length - 1, count);
    assertEquals(written.includes(" 500 ") || written.includes(":500,"), count > 0);
  });
}
