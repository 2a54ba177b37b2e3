/** Counts what a reading costs, and ends it where it costs more than it may: a hang becomes a failure. */

import { BitReader } from "../../lib/bits.ts";
import { ByteReader } from "../../lib/bytes.ts";
import { Chunks } from "../../lib/mp4/samples/chunks.ts";
import { FragmentedTable } from "../../lib/mp4/samples/fragmented.ts";
import { HybridTable } from "../../lib/mp4/samples/hybrid.ts";
import type { SampleTable } from "../../lib/mp4/samples/sample_table.ts";
import { ProgressiveTable } from "../../lib/mp4/samples/progressive.ts";
import type { Source } from "../../lib/storage/source.ts";

/** What a reading has cost so far. */
export interface Cost {
  /** Calls of what reads numbers and bits, and of look-ups in sample tables. */
  steps: number;
  /** Bytes of all buffers that were made. */
  allocated: number;
  /** Bytes that were read of the source, and in how many reads. */
  read: number;
  reads: number;
}

/** What costs too much. */
export class BudgetExceeded extends Error {}

const TABLE_METHODS = [
  "decodeTime",
  "compositionOffset",
  "indexAt",
  "findSyncAtOrAfter",
  "findSyncAtOrBefore",
  "bytes",
  "readSamples",
] satisfies (keyof SampleTable)[];

/** Steps: the methods through which all loops over boxes, bits, runs and samples go. */
const STEPS: readonly [{ prototype: object }, readonly string[]][] = [
  [ByteReader, ["skip"] satisfies (keyof ByteReader)[]],
  [BitReader, ["bits", "skip"] satisfies (keyof BitReader)[]],
  [Chunks, ["findChunk", "advance"] satisfies (keyof Chunks)[]],
  ...[ProgressiveTable, FragmentedTable, HybridTable].map((table) =>
    [table, TABLE_METHODS] as [{ prototype: object }, string[]]
  ),
];

const BUFFERS = ["Uint8Array", "Uint32Array", "Int32Array", "Float64Array"] as const;

/**
 * Runs `run` on a file in memory; it may take that much and no more.
 *
 * @throws OverBudget out of the call that passes a limit
 */
export async function withBudget<T>(
  limit: Cost,
  file: { name: string; bytes: Uint8Array },
  run: (source: Source) => Promise<T>,
): Promise<{ result: T; cost: Cost }> {
  const cost: Cost = { steps: 0, allocated: 0, read: 0, reads: 0 };
  const spend = (what: keyof Cost, amount: number) => {
    cost[what] += amount;
    if (cost[what] > limit[what]) throw new BudgetExceeded(`${what} over ${limit[what]}`);
  };
  const restore = [...watchSteps(spend), ...watchBuffers(spend)];
  try {
    return { result: await run(createCountedSource(file, spend)), cost };
  } finally {
    restore.forEach((undo) => undo());
  }
}

type Spend = (what: keyof Cost, amount: number) => void;

function watchSteps(spend: Spend): (() => void)[] {
  return STEPS.flatMap(([{ prototype }, names]) =>
    names.map((name) => {
      const original = Reflect.get(prototype, name);
      const watched = function (this: unknown, ...args: unknown[]) {
        spend("steps", 1);
        return original.apply(this, args);
      };
      Object.defineProperty(prototype, name, {
        value: watched,
        configurable: true,
        writable: true,
      });
      return () =>
        void Object.defineProperty(prototype, name, {
          value: original,
          configurable: true,
          writable: true,
        });
    })
  );
}

/** Views of what is there already, and copies of lists, cost nothing here. */
function watchBuffers(spend: Spend): (() => void)[] {
  return BUFFERS.map((name) => {
    const original = globalThis[name];
    const watched = new Proxy(original, {
      construct(target, args, newTarget) {
        if (typeof args[0] === "number") spend("allocated", args[0] * target.BYTES_PER_ELEMENT);
        return Reflect.construct(target, args, newTarget);
      },
    });
    Reflect.set(globalThis, name, watched);
    return () => void Reflect.set(globalThis, name, original);
  });
}

/** A source in memory. What asks for bytes that it hasn't got is a defect, whatever the file says. */
function createCountedSource(
  { name, bytes }: { name: string; bytes: Uint8Array },
  spend: Spend,
): Source {
  return {
    name,
    size: bytes.length,
    synchronous: true,
    read(offset, into) {
      if (!(offset >= 0 && offset + into.length <= bytes.length)) {
        throw new RangeError(`${into.length} bytes from ${offset} on, of ${bytes.length}`);
      }
      spend("reads", 1);
      spend("read", into.length);
      into.set(bytes.subarray(offset, offset + into.length));
    },
    close() {},
  };
}
