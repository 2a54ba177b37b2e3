/** The command line of `deno task scale`, and the tables that it prints. */

import { parseArgs } from "@std/cli/parse-args";
import {
  calculateCapacity,
  calculateCosts,
  type Capacity,
  type CapacityParameters,
  type Costs,
  type Prices,
} from "./capacity.ts";
import { formatFigure, formatTable } from "./table.ts";

type Parameters = CapacityParameters & Prices;

/** A parameter: its value, and what it is. */
type Row = readonly [value: number, meaning: string];

/** The worked example of docs/scale.md. */
const DEFAULTS: Readonly<Record<Exclude<keyof Parameters, "edgeHits">, Row>> = {
  viewers: [1_000_000, "viewers at the busiest moment"],
  videoMbit: [4, "Mbit/s of video that a viewer receives"],
  audioKbit: [128, "kbit/s of audio that a viewer receives"],
  segmentSeconds: [6, "seconds of a segment"],
  rowHits: [0.8, "share of requests that the row of nginx answers from its caches"],
  sourceHits: [0, "share of bytes that ams finds in its caches of blocks"],
  machineGbit: [25, "Gbit/s of a machine of the row"],
  utilization: [0.7, "share of a machine or a storage thread that is planned for"],
  serveSeconds: [0.43, "seconds of a worker for a gigabyte that it sends"],
  fetchSeconds: [1.21, "seconds of a storage thread for a gigabyte that it reads over TLS"],
  getsPerSegment: [1.05, "requests to the bucket for a segment that is not cached"],
  dayShare: [0.4, "viewers over a day, as a share of those at the busiest moment"],
  deliveryPrice: [0.002, "price of a gigabyte from the CDN to viewers"],
  egressPrice: [0.01, "price of a gigabyte from the row to the CDN"],
  machinePrice: [2, "price of a machine of the row for an hour"],
  corePrice: [0.05, "price of a core of ams for an hour"],
  getPrice: [0.0004, "price of a thousand requests to the bucket"],
  storagePrice: [0.023, "price of a gigabyte in the bucket for a month"],
  libraryTerabytes: [100, "terabytes in the bucket"],
};

/** Shares of requests that a CDN answers from its caches: a column each. */
const EDGE_HITS = [0.95, 0.98, 0.995];

const SHARES = ["rowHits", "sourceHits", "utilization", "dayShare"];

type Name = keyof typeof DEFAULTS;

const NAMES = Object.keys(DEFAULTS) as Name[];

/** `--row-hits` of `rowHits`. */
const toFlag = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export interface ScaleOptions {
  readonly edgeHits: readonly number[];
  readonly values: Readonly<Record<Name, number>>;
}

/** @returns a message when arguments are invalid, or the usage for `--help` */
export function parseScaleOptions(args: readonly string[]): ScaleOptions | string {
  const flags = ["edge-hits", ...NAMES.map(toFlag)];
  const usage = `deno task scale [${flags.map((flag) => `--${flag} N`).join("] [")}]`;
  const unknown: string[] = [];
  const given = parseArgs([...args], {
    string: flags,
    boolean: ["help"],
    unknown: (argument) => {
      unknown.push(argument);
      return false;
    },
  }) as Record<string, unknown>;
  if (given["help"]) return usage;
  if (unknown.length) return `Cannot use ${unknown[0]}: ${usage}`;
  const edgeHits = given["edge-hits"] === undefined
    ? EDGE_HITS
    : String(given["edge-hits"]).split(",").map(toNumber);
  const values = Object.fromEntries(
    NAMES.map((name) => [name, toNumber(given[toFlag(name)] ?? DEFAULTS[name][0])]),
  ) as Record<Name, number>;
  const invalid = edgeHits.every(isShare)
    ? NAMES.find((name) => !isValid(name, values[name]))
    : "edgeHits";
  return invalid ? `Cannot use this value of --${toFlag(invalid)}: ${usage}` : { edgeHits, values };
}

/** NaN for an empty text, too. */
const toNumber = (value: unknown) => value === "" ? NaN : Number(value);

const isShare = (value: number) => value >= 0 && value <= 1;

function isValid(name: Name, value: number): boolean {
  if (SHARES.includes(name) && !isShare(value)) return false;
  const mayBeZero = !["segmentSeconds", "machineGbit", "utilization"].includes(name);
  return Number.isFinite(value) && (mayBeZero ? value >= 0 : value > 0);
}

const CAPACITY_ROWS: Readonly<Record<keyof Capacity, string>> = {
  edgeRequests: "requests a second of viewers",
  edgeGbit: "Gbit/s to viewers",
  rowRequests: "requests a second to the row of nginx",
  rowGbit: "Gbit/s from the row",
  rowMachines: "machines of the row",
  amsRequests: "requests a second to ams",
  amsGbit: "Gbit/s from ams",
  amsCores: "busy cores of ams",
  amsProcesses: "processes of ams, each with a storage thread",
  bucketGets: "requests a second to the bucket",
};

const COST_ROWS: Readonly<Record<keyof Costs, string>> = {
  delivery: "delivery by the CDN",
  egress: "traffic from the row to the CDN",
  machines: "machines of the row",
  cores: "cores of ams",
  gets: "requests to the bucket",
  storage: "the bucket itself",
};

/** Tables of Markdown: parameters, capacity, and costs of a day. */
export function formatScale({ edgeHits, values }: ScaleOptions): string[] {
  const capacities = edgeHits.map((edgeHits) => calculateCapacity({ ...values, edgeHits }));
  const costs = capacities.map((capacity) => calculateCosts(capacity, values));
  const parameters = NAMES.map((name) => [
    `\`--${toFlag(name)}\`: ${DEFAULTS[name][1]}`,
    formatPlain(values[name]),
  ]);
  const hits = edgeHits.map((it) => `${formatPlain(it * 100)} %`);
  return [
    formatTable([["parameter", "value"], ...parameters]),
    formatTable([["hits of the CDN", ...hits], ...formatRows(CAPACITY_ROWS, capacities)]),
    formatTable([["costs of a day", ...hits], ...formatRows(COST_ROWS, costs)]),
  ];
}

/** All digits that count, and no others. */
function formatPlain(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 6 });
}

function formatRows<K extends string>(
  rows: Readonly<Record<K, string>>,
  columns: readonly Readonly<Record<K, number>>[],
): string[][] {
  return (Object.keys(rows) as K[]).map((key) => [
    rows[key],
    ...columns.map((column) =>
      Number.isInteger(column[key]) ? column[key].toLocaleString("en") : formatFigure(column[key])
    ),
  ]);
}
