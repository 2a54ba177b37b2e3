/** What an audience needs of each layer in front of ams, of ams itself and of its bucket (docs/scale.md). */

/** Bits of a gigabyte, in gigabits. */
const BITS = 8;

export interface Audience {
  /** At the same moment. */
  readonly viewers: number;
  /** Mbit/s that a viewer receives. */
  readonly videoMbit: number;
  /** kbit/s. */
  readonly audioKbit: number;
  readonly segmentSeconds: number;
}

/** Shares of requests that a layer answers from its cache, from 0 to 1. */
export interface HitRates {
  readonly edgeHits: number;
  readonly rowHits: number;
  /** Bytes, not requests: those of --source-cache and --source-disk. */
  readonly sourceHits: number;
}

export interface Rates {
  /** Network of a machine of the row, Gbit/s. */
  readonly machineGbit: number;
  /** Share of a machine or core that is planned for. */
  readonly utilization: number;
  /** Processor time for a gigabyte, in seconds: of a worker that sends it. */
  readonly serveSeconds: number;
  /** Processor time for a gigabyte, in seconds: of a storage thread that reads it. */
  readonly fetchSeconds: number;
  /** Requests to the bucket for a segment that is not cached. */
  readonly getsPerSegment: number;
}

export type CapacityParameters = Audience & HitRates & Rates;

/** Each value is what the layer handles at that rate of viewers. */
export interface Capacity {
  /** Requests of viewers a second. */
  readonly edgeRequests: number;
  /** Gbit/s to viewers. */
  readonly edgeGbit: number;
  readonly rowRequests: number;
  /** Gbit/s from the row to the CDN. */
  readonly rowGbit: number;
  /** Machines of the row, rounded up. */
  readonly rowMachines: number;
  readonly amsRequests: number;
  /** Gbit/s from all ams to the row. */
  readonly amsGbit: number;
  /** Cores, all busy: of workers and storage threads together. */
  readonly amsCores: number;
  /** Processes whose storage threads are busy for the planned share of their time. */
  readonly amsProcesses: number;
  /** Requests to the bucket a second. */
  readonly bucketGets: number;
}

export function calculateCapacity(parameters: CapacityParameters): Capacity {
  const { viewers, segmentSeconds, edgeHits, rowHits, sourceHits } = parameters;
  const { machineGbit, utilization, serveSeconds, fetchSeconds, getsPerSegment } = parameters;
  const edgeRequests = viewers * 2 / segmentSeconds; // one of video, one of audio
  const edgeGbit = viewers * (parameters.videoMbit / 1e3 + parameters.audioKbit / 1e6);
  const [rowRequests, rowGbit] = [edgeRequests, edgeGbit].map((it) => it * (1 - edgeHits));
  const [amsRequests, amsGbit] = [rowRequests!, rowGbit!].map((it) => it * (1 - rowHits));
  const served = amsGbit! / BITS;
  const fetched = served * (1 - sourceHits);
  return {
    edgeRequests,
    edgeGbit,
    rowRequests: rowRequests!,
    rowGbit: rowGbit!,
    rowMachines: Math.ceil(rowGbit! / (machineGbit * utilization)),
    amsRequests: amsRequests!,
    amsGbit: amsGbit!,
    amsCores: served * serveSeconds + fetched * fetchSeconds,
    amsProcesses: Math.ceil(fetched * fetchSeconds / utilization),
    bucketGets: amsRequests! * getsPerSegment * (1 - sourceHits),
  };
}

/** In one currency. */
export interface Prices {
  /** Viewers over a day, as a share of those at its busiest moment. */
  readonly dayShare: number;
  /** A gigabyte from the CDN to viewers. */
  readonly deliveryPrice: number;
  /** A gigabyte from the row to the CDN. */
  readonly egressPrice: number;
  /** An hour of a machine of the row. */
  readonly machinePrice: number;
  /** An hour of a core of ams. */
  readonly corePrice: number;
  /** A thousand GETs of the bucket. */
  readonly getPrice: number;
  /** A gigabyte in the bucket for a month. */
  readonly storagePrice: number;
  /** Terabytes in the bucket. */
  readonly libraryTerabytes: number;
}

/** Costs of a day. */
export interface Costs {
  readonly delivery: number;
  readonly egress: number;
  readonly machines: number;
  readonly cores: number;
  readonly gets: number;
  readonly storage: number;
}

const DAY_SECONDS = 86_400;
const MONTH_DAYS = 30;

/** Machines and cores run all day, all else follows the viewers. */
export function calculateCosts(capacity: Capacity, prices: Prices): Costs {
  const seconds = DAY_SECONDS * prices.dayShare;
  const gigabytes = (gbit: number) => gbit / BITS * seconds;
  return {
    delivery: gigabytes(capacity.edgeGbit) * prices.deliveryPrice,
    egress: gigabytes(capacity.rowGbit) * prices.egressPrice,
    machines: capacity.rowMachines * 24 * prices.machinePrice,
    cores: Math.ceil(capacity.amsCores) * 24 * prices.corePrice,
    gets: capacity.bucketGets * seconds / 1000 * prices.getPrice,
    storage: prices.libraryTerabytes * 1000 * prices.storagePrice / MONTH_DAYS,
  };
}
