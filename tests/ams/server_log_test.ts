import { assertEquals, assertMatch } from "@std/assert";
import { ServerLog } from "../../lib/ams/server_log.ts";
import type { LogFormat } from "../../lib/log/log_format.ts";

const TIME_MS = Date.UTC(2020, 10, 24, 8);
const TIME = "2020-11-24T08:00:00.000Z";

/** Log that collects what it writes. */
function createLog(format: LogFormat) {
  const written = { stdout: "", stderr: "" };
  const log = new ServerLog(format, {
    write: (text) => Promise.resolve(void (written.stdout += text)),
    warn: (line) => written.stderr += `${line}\n`,
  });
  return { log, written };
}

const REQUEST = { lines: "a request\n", timesMs: [TIME_MS] };

/** Written for an information, a warning and a reason to stop. */
const FORMATS: [format: LogFormat, stdout: string, stderr: string][] = [
  ["text", `${TIME} Serving\n${TIME} a.json: Odd\na request\n`, ""],
  [
    "json",
    `{"time":"${TIME}","level":"info","message":"Serving"}\n` +
    `{"time":"${TIME}","level":"warn","file":"a.json","message":"Odd"}\na request\n`,
    "",
  ],
  ["combined", "a request\n", `${TIME} Serving\n${TIME} a.json: Odd\n`],
  ["errors", `${TIME} a.json: Odd\na request\n`, ""],
  ["none", "a request\n", ""],
];

for (const [format, stdout, stderr] of FORMATS) {
  Deno.test(`ServerLog.logMessage() writes what --log ${format} contains`, async () => {
    const { log, written } = createLog(format);
    log.logMessage({ level: "info", message: "Serving" }, TIME_MS);
    log.logMessage({ level: "warn", file: "a.json", message: "Odd" }, TIME_MS);
    log.addBatch(REQUEST, {});
    await log.flush();
    assertEquals(written, { stdout, stderr });
  });

  Deno.test(`ServerLog.logStop() writes why ams stops with --log ${format}`, async () => {
    const { log, written } = createLog(format);
    log.logStop("Stopping");
    await log.flush();
    assertMatch(written.stdout + written.stderr, /Stopping/);
    if (format === "none") assertEquals(written, { stdout: "", stderr: "ams: Stopping\n" });
  });
}

Deno.test("ServerLog writes the first messages at once, and later ones in order of time", async () => {
  const { log, written } = createLog("text");
  log.logMessage({ level: "info", message: "first" }, TIME_MS + 9);
  assertMatch(written.stdout, /first/);
  log.addBatch({ lines: "second\nfourth\n", timesMs: [TIME_MS + 10, TIME_MS + 12] }, {});
  log.logMessage({ level: "info", message: "third" }, TIME_MS + 11);
  log.addBatch({ lines: "fifth\n", timesMs: [TIME_MS + 13] }, {});
  await log.flush();
  assertEquals(written.stdout.match(/\w+$/gm), ["first", "second", "third", "fourth", "fifth"]);
});

for (const [format, stdout, stderr] of [["text", 1, 0], ["combined", 0, 1]] as const) {
  Deno.test(`ServerLog counts lines that it drops, with --log ${format}`, async () => {
    const written = { stdout: "", stderr: "" };
    let endWrite = () => {};
    const log = new ServerLog(format, {
      write(text) {
        written.stdout += text;
        return new Promise((resolve) => endWrite = resolve);
      },
      warn: (line) => written.stderr += line,
    });
    const lines = `${"x".repeat(600_000)}\n`;
    for (let i = 0; i < 4; i++) log.addBatch({ lines, timesMs: [TIME_MS] }, {});
    for (let i = 0; i < 3; i++) {
      endWrite();
      await new Promise((resolve) => setTimeout(resolve));
    }
    const count = (text: string) => text.match(/Dropped \d+ log lines/g)?.length ?? 0;
    assertEquals([count(written.stdout), count(written.stderr)], [stdout, stderr]);
    endWrite();
    await log.flush();
  });
}
