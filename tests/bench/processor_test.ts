import { assertEquals, assertThrows } from "@std/assert";
import { parseStat, parseStatus } from "./processor.ts";

Deno.test("parseStat() adds user and system time, with parentheses in the process name", () => {
  const stat = "4711 (a) R 0 b) S 1 4711 4711 0 -1 4194560 2345 6 0 0 150 25 7 8 20 0 1 0";
  assertEquals(parseStat(stat), { time: 1_750_000, faults: 2345 });
});

Deno.test("parseStatus() reads resident memory in bytes", () => {
  const status = "Name:\tdeno\nVmHWM:\t  200 kB\nVmRSS:\t  150 kB\nRssAnon:\t  90 kB\n";
  assertEquals(parseStatus(status), 153_600);
});

Deno.test("parseStatus() throws when the process has ended", () => {
  assertThrows(() => parseStatus("Name:\tdeno\nState:\tZ (zombie)\n"), Error, "has ended");
});
