import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { buildLuaScript, parseResult } from "./wrk.ts";

const OUTPUT = `Running 2s test @ http://127.0.0.1:8080
  1 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   341.05us   91.22us   4.01ms   88.00%
  42313 requests in 2.10s, 66.20MB read
Requests/sec:  20148.03
Transfer/sec:     31.52MB
ams-bench {"requests":42313,"duration":2100109,"bytes":69415000,"p50":301,"p99":1050,"refused":0,"broken":2}
`;

Deno.test("parseResult() finds its line in the output of wrk", () => {
  assertEquals(parseResult(OUTPUT), {
    requests: 42313,
    duration: 2100109,
    bytes: 69415000,
    p50: 301,
    p99: 1050,
    refused: 0,
    broken: 2,
  });
});

Deno.test("parseResult() reports the output when its line is missing", () => {
  const output = "unable to connect to 127.0.0.1:1 Connection refused\n";
  assertThrows(() => parseResult(output), Error, "output of wrk: unable to connect to 127.0.0.1:1");
});

Deno.test("buildLuaScript() requests paths in turn, or at random with a seed", () => {
  const path = "/film.json/v1/QualityLevels(400000)/Fragments(video_eng=0)";
  assertStringIncludes(buildLuaScript([path, "/b"]), `  "${path}",\n  "/b",\n`);
  assertEquals(buildLuaScript([path]).includes("math.random"), false);
  assertStringIncludes(buildLuaScript([path], 7), "math.randomseed(7)");
});

for (const path of ['/a"b', "/a\\b", "/a b", "a"]) {
  Deno.test(`buildLuaScript() rejects ${path}`, () => {
    assertThrows(() => buildLuaScript([path]), Error, "Cannot request the path");
  });
}
