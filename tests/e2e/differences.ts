/** Collects differences between what is declared and what is expected. */

type Value = string | number | undefined;

export class Differences {
  readonly found: string[] = [];
  readonly #where: string;

  /** @param where start of each line */
  constructor(where: string) {
    this.#where = where;
  }

  /** Compares a value with the expected one, or with several. */
  equal(name: string, value: Value, ...expected: Value[]): void {
    if (!expected.includes(value)) this.#add(name, `${value}, expected ${expected.join(" or ")}`);
  }

  /** Compares a number with a range, ends included. */
  between(name: string, value: number | undefined, [min, max]: readonly [number, number]): void {
    if (value === undefined || !(value >= min && value <= max)) {
      this.#add(name, `${value}, expected ${min.toFixed(4)} to ${max.toFixed(4)}`);
    }
  }

  /** Reports a value that a rule rejects. */
  accept(name: string, value: Value, isExpected: boolean, expected: Value): void {
    if (!isExpected) this.#add(name, `${value}, expected ${expected}`);
  }

  #add(name: string, text: string): void {
    this.found.push(`${this.#where} ${name}: ${text}`);
  }
}
