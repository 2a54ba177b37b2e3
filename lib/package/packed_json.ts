/** JSON without its long columns of integers and its bytes, which follow it in binary: deflate makes a third less of it. */

/** Shorter ones remain JSON. */
const MIN_COLUMN = 8;

/** In bytes of a value above the least one of its column. */
const MAX_WIDTH = 6;

/** Ends the JSON, which does not contain it. */
const END = 0;

/** A column or bytes in the JSON. */
interface Placeholder {
  /** Number of values, bytes of each, and the least one. */
  readonly "#column"?: readonly [count: number, width: number, least: number];
  /** Number of bytes. */
  readonly "#bytes"?: number;
}

/** Packs a JSON value that may also contain bytes and columns. Columns of 64 bits become arrays where they are short. */
export function packJson(value: unknown): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const json = JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Uint8Array) {
      parts.push(part);
      return { "#bytes": part.length } satisfies Placeholder;
    }
    const column = part instanceof Float64Array ? [...part] : part;
    return Array.isArray(column) ? packColumn(column, parts) : column;
  });
  parts.unshift(new TextEncoder().encode(json), Uint8Array.of(END));
  const packed = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    packed.set(part, at);
    at += part.length;
  }
  return packed;
}

/** Returns the column itself unless it is a long one of integers. */
function packColumn(
  column: readonly unknown[],
  parts: Uint8Array[],
): Placeholder | readonly unknown[] {
  if (column.length < MIN_COLUMN || !column.every(Number.isSafeInteger)) return column;
  const values = column as readonly number[];
  const [least, greatest] = values.reduce(
    ([least, greatest], value) => [Math.min(least, value), Math.max(greatest, value)],
    [Infinity, -Infinity],
  );
  let width = 1;
  while (256 ** width <= greatest - least) width++;
  if (width > MAX_WIDTH) return column;
  parts.push(toPlanes(values, width, least));
  return { "#column": [column.length, width, least] };
}

/** Returns the most significant bytes of all values, then the next ones: similar bytes are neighbors. */
function toPlanes(values: readonly number[], width: number, least: number): Uint8Array {
  const planes = new Uint8Array(width * values.length);
  let at = 0;
  for (let plane = width - 1; plane >= 0; plane--) {
    for (const value of values) planes[at++] = Math.floor((value - least) / 256 ** plane);
  }
  return planes;
}

/** Returns what `packJson()` was given, with columns as of 64 bits or arrays; undefined if it is damaged. */
export function unpackJson(packed: Uint8Array): unknown {
  const end = packed.indexOf(END);
  const rest = new PackedParts(packed.subarray(end + 1));
  try {
    const json = new TextDecoder().decode(packed.subarray(0, Math.max(0, end)));
    return JSON.parse(json, (_, part: unknown) => isPlaceholder(part) ? rest.take(part) : part);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isPlaceholder(part: unknown): part is Placeholder {
  return typeof part === "object" && part !== null && ("#column" in part || "#bytes" in part);
}

/** What follows the JSON, in its order. */
class PackedParts {
  #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** @throws SyntaxError if there is no such part */
  take({ "#column": column, "#bytes": size }: Placeholder): Float64Array | Uint8Array {
    return column ? this.#takeColumn(column) : this.#take(size).slice();
  }

  #takeColumn(column: unknown): Float64Array {
    const isTriple = Array.isArray(column) && column.length === 3 &&
      column.every(Number.isSafeInteger);
    const [count, width, least] = isTriple ? column as number[] : [];
    if (!(count! > 0 && width! > 0 && width! <= MAX_WIDTH)) throw new SyntaxError("no column");
    const planes = this.#take(count! * width!);
    const values = new Float64Array(count!).fill(least!);
    let at = 0;
    for (let plane = width! - 1; plane >= 0; plane--) {
      const factor = 256 ** plane;
      for (let i = 0; i < count!; i++) values[i]! += factor * planes[at++]!;
    }
    return values;
  }

  #take(size: unknown): Uint8Array {
    const isLeft = Number.isSafeInteger(size) && Number(size) >= 0 &&
      Number(size) <= this.#bytes.length;
    if (!isLeft) throw new SyntaxError("no such bytes");
    const part = this.#bytes.subarray(0, Number(size));
    this.#bytes = this.#bytes.subarray(Number(size));
    return part;
  }
}
