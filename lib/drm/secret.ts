/**
 * A key, seed, header or URL that must not reach logs, errors, responses or other threads by accident: text, JSON and inspection
 * show `[secret]`, and a structured clone is empty.
 */
export class Secret<T extends Uint8Array | string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The caller neither formats nor stores the value. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [Symbol.for("Deno.customInspect")](): string {
    return "[secret]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}
