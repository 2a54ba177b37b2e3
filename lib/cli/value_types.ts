/** Types of option values, which rows of option tables include. */

/** JSON Schema of a string or a number. */
export interface ValueSchema {
  readonly type: "string" | "integer" | "number" | readonly ["integer", "string"];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

interface ValueType<T> {
  readonly expected: string;
  /** Default: any string. */
  readonly schema?: ValueSchema;
  readonly parse: (text: string) => T | undefined;
}

export const TEXT: ValueType<string> = { expected: "text", parse: (text) => text };

export function integerType({ min, max }: { min: number; max: number }): ValueType<number> {
  return {
    expected: `a number from ${min} to ${max}`,
    schema: { type: "integer", minimum: min, maximum: max },
    parse(text) {
      const value = /^[0-9]+$/.test(text) ? Number(text) : NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

export function secondsType({ min, max }: { min: number; max: number }): ValueType<number> {
  return {
    expected: `seconds from ${min} to ${max}`,
    schema: { type: "number", minimum: min, maximum: max },
    parse(text) {
      const value = /^[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

/** Accepts bytes with an optional unit: K, M or G, also as KB or KiB, which all are powers of 1024. */
export function sizeType({ min, expected }: { min: number; expected: string }): ValueType<number> {
  return {
    expected,
    schema: {
      type: ["integer", "string"],
      minimum: min,
      pattern: "^[0-9]{1,12}([KMGkmg]([Ii]?[Bb])?)?$",
    },
    parse(text) {
      const [, digits, unit] = /^([0-9]{1,12})(?:([KMG])(?:I?B)?)?$/i.exec(text) ?? [];
      const power = ["", "K", "M", "G"].indexOf((unit ?? "").toUpperCase());
      const bytes = Number(digits) * 1024 ** power;
      return bytes >= min && Number.isSafeInteger(bytes) ? bytes : undefined;
    },
  };
}

export function choiceType<const T extends string>(
  choices: readonly T[],
): ValueType<T> & { readonly choices: readonly T[] } {
  return {
    choices,
    expected: `one of ${choices.join(", ")}`,
    schema: { type: "string", enum: choices },
    parse: (text) => choices.find((choice) => choice === text),
  };
}

/** An address such as `127.0.0.1:9090` or `[::1]:9090`; port 0 is any free port. */
export const HOST_AND_PORT: ValueType<{ readonly host: string; readonly port: number }> = {
  expected: "a host and a port, such as 127.0.0.1:9090 or [::1]:9090",
  parse(text) {
    const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/[\]]+)):([0-9]{1,5})$/.exec(text);
    const [, address, name, port] = match ?? [];
    const host = address ?? name;
    return host !== undefined && Number(port) <= 65535 ? { host, port: Number(port) } : undefined;
  },
};
