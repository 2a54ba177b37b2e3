import { assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { FlowControl } from "../../lib/http/flow_control.ts";
import { PlanReader } from "../../lib/http/plan_reader.ts";

const LIMITS = { maxWhole: 1000, maxBuffered: 1000, maxInFlight: 1500, sliceSize: 100 };

const cases: [sent: number[], size: number, large: boolean][] = [
  [[], 1000, false],
  [[], 1001, true],
  [[900], 600, false],
  [[900], 601, true],
  [[900, 900], 200, false], // one or two slices
  [[900, 900], 201, true],
  [Array(20).fill(200), 1000, false], // not counted
];

for (const [sent, size, large] of cases) {
  Deno.test(`FlowControl.isLarge() returns ${large} for ${size} bytes after [${sent}]`, () => {
    const flow = new FlowControl(LIMITS, new PlanReader(0), () => 0);
    for (const [i, bytes] of sent.entries()) flow.count(bytes, { connection: `${i}` });
    assertEquals(flow.isLarge(size), large);
  });
}

Deno.test("FlowControl.count() ignores bodies of unknown connections", () => {
  const flow = new FlowControl(LIMITS, new PlanReader(0), () => 0);
  flow.count(900, {});
  assertEquals(flow.inFlight, 0);
});

const MEGABYTE = 2 ** 20;

const STANDARD = {
  maxWhole: MEGABYTE,
  maxBuffered: 8 * MEGABYTE,
  maxInFlight: 128 * MEGABYTE,
  sliceSize: 65536,
};

/** Requests on one connection, and a function that ends the oldest response that is followed. */
function connect(flow: FlowControl) {
  const ends: (() => void)[] = [];
  const request = (size: number) => {
    const { promise: completed, resolve } = Promise.withResolvers<void>();
    const connected = { connection: "a", completed };
    const sliceSize = flow.getSliceSize(size, connected);
    if (sliceSize > 0) flow.follow(sliceSize, connected);
    if (sliceSize > 0) ends.push(resolve);
    return sliceSize;
  };
  const end = async () => {
    ends.shift()!();
    await Promise.resolve();
  };
  return { request, end };
}

Deno.test("FlowControl.getSliceSize() follows one of 16 MB of whole bodies, at random", () => {
  const random = [0.06, 0.07, 0.06];
  const flow = new FlowControl(STANDARD, new PlanReader(0), () => 0, () => random.shift()!);
  const { request } = connect(flow);
  const sizes = [MEGABYTE, MEGABYTE, MEGABYTE, MEGABYTE].map(request);
  assertEquals(sizes, [MEGABYTE, 0, MEGABYTE, 65536]); // two that have not ended: HTTP/2
});

Deno.test("FlowControl.getSliceSize() follows every body of a connection that multiplexes, and bounds them", async () => {
  const flow = new FlowControl(STANDARD, new PlanReader(0), () => 0, () => 0.999);
  const { request, end } = connect(flow);
  const completed = Promise.resolve();
  assertEquals([2 * MEGABYTE, 2 * MEGABYTE].map(request), [MEGABYTE, MEGABYTE]);
  for (let i = 2; i < 64; i++) assertEquals(request(i % 2 ? 20_000 : 2 * MEGABYTE), 65536);
  const error = assertThrows(() => request(20_000), RequestError, "Cannot send more than 64");
  assertEquals([error.code, error.status], ["OVERLOADED", 503]);
  assertEquals(request(16384), 0);
  assertEquals(flow.getSliceSize(20_000, { connection: "b" }), 0);
  assertEquals(flow.getSliceSize(MEGABYTE, { connection: "b", completed }), MEGABYTE); // likelier
  await end();
  assertEquals(request(20_000), 65536);
});

Deno.test("FlowControl.getSliceSize() sends whole bodies to a client that has received its streams", async () => {
  const flow = new FlowControl(STANDARD, new PlanReader(0), () => 0, () => 0.999);
  const { request, end } = connect(flow);
  for (let i = 0; i < 10; i++) {
    assertEquals([request(2 * MEGABYTE), request(MEGABYTE)], [MEGABYTE, 0]);
    await end();
  }
  assertEquals(flow.inFlight, 0);
});
