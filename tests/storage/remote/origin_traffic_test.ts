import { assertEquals, assertRejects } from "@std/assert";
import { SourceError } from "../../../lib/errors.ts";
import { AttemptFailure } from "../../../lib/storage/remote/attempt_error.ts";
import { OriginTraffic } from "../../../lib/storage/remote/origin_traffic.ts";
import { settle, TimerClock } from "../../live/timer_clock.ts";

class Traffic {
  readonly clock = new TimerClock();
  readonly log: string[] = [];
  readonly startedAt: number[] = [];
  readonly traffic: OriginTraffic;
  retries = 0;

  constructor({ maxActive = 64, maxWaiting = 1024 } = {}) {
    this.traffic = new OriginTraffic({
      clock: this.clock,
      random: () => 0.5,
      timeoutMs: 8000,
      maxActive,
      maxWaiting,
      countRetry: () => this.retries++,
      log: (message) => this.log.push(message),
    });
  }

  /** Runs attempts that take a time each, and end with results in turn. Returns how it ended, and when. */
  async run(
    results: readonly unknown[],
    { ms = 0, signal = new AbortController().signal } = {},
  ): Promise<string> {
    let attempts = 0;
    const attempt = async () => {
      this.startedAt.push(this.clock.now());
      await new Promise<void>((resolve) => this.clock.start(resolve, ms));
      const result = results[Math.min(attempts++, results.length - 1)];
      if (result instanceof Error) throw result;
      return result;
    };
    const ended = (result: string) => `${result} at ${this.clock.now()}`;
    return await this.traffic.run({ action: "read a", signal, attempt }).then(
      (result) => ended(`${result}`),
      (error) => ended(error.code ?? error.message),
    );
  }
}

const FAILURE = new AttemptFailure("it responds with status 503");

const runs: [
  name: string,
  results: readonly unknown[],
  ms: number,
  end: string,
  startedAt: number[],
][] = [
  ["a success", ["x"], 10, "x at 10", [0]],
  ["one failure", [FAILURE, "x"], 10, "x at 70", [0, 60]],
  ["failures", [FAILURE], 10, "SOURCE_UNAVAILABLE at 390", [0, 60, 170, 380]],
  ["slow failures", [FAILURE], 3900, "SOURCE_UNAVAILABLE at 11850", [0, 3950, 7950]],
  [
    "Retry-After",
    [new AttemptFailure("busy", { retryAfterMs: 1500 }), "x"],
    0,
    "x at 1500",
    [0, 1500],
  ],
  [
    "short bodies",
    [new AttemptFailure("short", { code: "SOURCE_INVALID" })],
    0,
    "SOURCE_INVALID at 350",
    [0, 50, 150, 350],
  ],
  ["an error that is final", [new SourceError("SOURCE_DENIED", "no")], 0, "SOURCE_DENIED at 0", [
    0,
  ]],
  ["an internal error", [new RangeError("bug")], 0, "bug at 0", [0]],
];

for (const [name, results, ms, end, startedAt] of runs) {
  Deno.test(`OriginTraffic.run() makes attempts for ${name}`, async () => {
    const it = new Traffic();
    const run = it.run(results, { ms });
    await it.clock.advance(20_000);
    assertEquals([await run, it.startedAt, it.retries], [end, startedAt, startedAt.length - 1]);
    assertEquals(it.clock.timers, 0);
  });
}

Deno.test("OriginTraffic stops after eight failures in a row, and starts when the origin responds", async () => {
  const it = new Traffic();
  const runs = [it.run([FAILURE]), it.run([FAILURE])];
  await it.clock.advance(900);
  assertEquals(
    (await Promise.all(runs)).map((end) => end.split(" ")[0]),
    Array(2).fill("SOURCE_UNAVAILABLE"),
  );
  assertEquals(it.startedAt.length, 8);
  assertEquals([await it.run(["x"]), it.traffic.isUp], ["SOURCE_UNAVAILABLE at 900", false]);
  await it.clock.advance(450); // eight had failed at 350
  const probe = it.run(["x"], { ms: 100 });
  await settle();
  assertEquals(await it.run(["y"]), "SOURCE_UNAVAILABLE at 1350");
  await it.clock.advance(100);
  assertEquals([await probe, it.traffic.isUp], ["x at 1450", true]);
  const after = it.run(["y"]);
  await it.clock.advance(0);
  assertEquals(await after, "y at 1450");
  assertEquals(it.log, [
    "Origin fails: it responds with status 503. One request a second is sent until it responds",
    "Origin responds again",
  ]);
});

Deno.test("OriginTraffic takes responses that cannot be used for a sign of life", async () => {
  const it = new Traffic();
  for (let i = 0; i < 20; i++) {
    const error = i % 2
      ? new SourceError("SOURCE_INVALID", "no")
      : new AttemptFailure("clock", { code: "SOURCE_DENIED" });
    const run = it.run([error]);
    await it.clock.advance(2000);
    await run;
  }
  assertEquals(it.traffic.isUp, true);
});

Deno.test("OriginTraffic makes no more retries than 10 and a tenth of the requests of 10 s", async () => {
  const it = new Traffic();
  for (let i = 0; i < 100; i++) {
    const success = it.run(["x"]);
    const failure = it.run([FAILURE, "x"]);
    await it.clock.advance(60);
    await Promise.all([success, failure]);
  }
  assertEquals(it.retries, 30);
});

Deno.test("OriginTraffic reports that too many wait", async () => {
  const it = new Traffic({ maxActive: 1, maxWaiting: 1 });
  const runs = [it.run(["x"], { ms: 9000 }), it.run(["y"])];
  await settle();
  assertEquals(await it.run(["z"]), "SOURCE_BUSY at 0");
  await it.clock.advance(10_000);
  assertEquals(await Promise.all(runs), ["x at 9000", "SOURCE_BUSY at 8000"]);
});

Deno.test("OriginTraffic ends when its client has gone, in a pause as in an attempt", async () => {
  const it = new Traffic({ maxActive: 1 });
  const abort = new AbortController();
  const run = it.run([FAILURE], { ms: 10, signal: abort.signal });
  await it.clock.advance(30);
  abort.abort(new Error("gone"));
  assertEquals([await run, it.startedAt.length, it.clock.timers], ["gone at 30", 1, 0]);
  const next = it.run(["x"]);
  await it.clock.advance(0);
  assertEquals(await next, "x at 30");
});

Deno.test("OriginTraffic names what cannot be done, and the last reason", async () => {
  const it = new Traffic();
  const { signal } = new AbortController();
  const attempt = () => Promise.reject(FAILURE);
  const run = assertRejects(
    () => it.traffic.run({ action: "read a.mp4", signal, attempt }),
    SourceError,
  );
  await it.clock.advance(1000);
  assertEquals(
    (await run).message,
    "Cannot read a.mp4: it responds with status 503",
  );
});
