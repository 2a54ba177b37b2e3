/** Counts the cost of processing a file, and aborts it over a limit, so that a hang becomes a failure. */

import { BitReader } from "../../lib/bits.ts";
import { ByteReader } from "../../lib/bytes.ts";
import { Chunks } from "../../lib/mp4/samples/chunks.ts";
import { FragmentedTable } from "../../lib/mp4/samples/fragmented.ts";
import { HybridTable } from "../../lib/mp4/samples/hybrid.ts";
import type { SampleTable } from "../../lib/mp4/samples/sample_table.ts";
import { ProgressiveTable } from "../../lib/mp4/samples/progressive.ts";
import type { Source } from "../../lib/storage/source.ts";

/** Cost of processing a file. */
export interface Cost {
  /** Reads of numbers and bits, and lookups in sample tables. */
  steps: number;
  /** Bytes of all buffers that were allocated. */
  allocated: number;
  /** Bytes read from the source, and number of reads. */
  read: number;
  reads: number;
}

/** Thrown when a limit is exceeded. */
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

/** Methods that count as a step: every loop over boxes, bits, runs and samples calls one of them. */
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
 * Runs a function on a file in memory, within a limit.
 *
 * @throws BudgetExceeded from the call that exceeds the limit
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

/** Counts only buffers of a given length: views of existing buffers and copies of lists are free. */
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

/** Source in memory that counts reads. A read outside of the file is a bug, whatever the file declares. */
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
        throw new RangeError(`Cannot read ${into.length} bytes at ${offset} of ${bytes.length}`);
      }
      spend("reads", 1);
      spend("read", into.length);
      into.set(bytes.subarray(offset, offset + into.length));
    },
    close() {},
  };
}
