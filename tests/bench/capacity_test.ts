import { assertAlmostEquals, assertEquals } from "@std/assert";
import { calculateCapacity, calculateCosts, type CapacityParameters } from "./capacity.ts";

/** Round numbers: 1,000 viewers of 8 Mbit/s are a gigabyte a second. */
const PARAMETERS: CapacityParameters = {
  viewers: 1000,
  videoMbit: 7.5,
  audioKbit: 500,
  segmentSeconds: 4,
  edgeHits: 0,
  rowHits: 0,
  sourceHits: 0,
  machineGbit: 8,
  utilization: 0.5,
  serveSeconds: 2,
  fetchSeconds: 3,
  getsPerSegment: 1.5,
};

Deno.test("calculateCapacity() passes everything through layers that cache nothing", () => {
  assertEquals(calculateCapacity(PARAMETERS), {
    edgeRequests: 500,
    edgeGbit: 8,
    rowRequests: 500,
    rowGbit: 8,
    rowMachines: 2,
    amsRequests: 500,
    amsGbit: 8,
    amsCores: 5,
    amsProcesses: 6,
    bucketGets: 750,
  });
});

const HITS: [hits: Partial<CapacityParameters>, row: number, ams: number, cores: number][] = [
  [{ edgeHits: 0.9 }, 50, 50, 0.5],
  [{ rowHits: 0.9 }, 500, 50, 0.5],
  [{ edgeHits: 0.9, rowHits: 0.8 }, 50, 10, 0.1],
  [{ sourceHits: 1 }, 500, 500, 2],
  [{ sourceHits: 0.5 }, 500, 500, 3.5],
];

for (const [hits, row, ams, cores] of HITS) {
  Deno.test(`calculateCapacity() lets caches answer: ${JSON.stringify(hits)}`, () => {
    const capacity = calculateCapacity({ ...PARAMETERS, ...hits });
    assertEquals(capacity.edgeRequests, 500);
    assertAlmostEquals(capacity.rowRequests, row);
    assertAlmostEquals(capacity.amsRequests, ams);
    assertAlmostEquals(capacity.amsCores, cores);
    assertAlmostEquals(capacity.bucketGets, ams * 1.5 * (1 - (hits.sourceHits ?? 0)));
  });
}

Deno.test("calculateCosts() multiplies what each layer handles in a day by its price", () => {
  const costs = calculateCosts(calculateCapacity(PARAMETERS), {
    dayShare: 0.5,
    deliveryPrice: 0.01,
    egressPrice: 0.02,
    machinePrice: 1,
    corePrice: 0.1,
    getPrice: 0.001,
    storagePrice: 0.03,
    libraryTerabytes: 2,
  });
  const expected = { // 43,200 GB in a day
    delivery: 432,
    egress: 864,
    machines: 48,
    cores: 12,
    gets: 32.4,
    storage: 2,
  };
  assertEquals(Object.keys(costs), Object.keys(expected));
  for (const [name, value] of Object.entries(expected)) {
    assertAlmostEquals(costs[name as keyof typeof expected], value);
  }
});
