/**
 * Filters: boolean expressions over the properties of a rendition, the value of `?filter=`.
 *
 *     or         = and *( "||" and )
 *     and        = not *( "&&" not )
 *     not        = "!" not / "(" or ")" / comparison
 *     comparison = property operator value / value operator property
 *     operator   = "==" / "!=" / "<" / "<=" / ">" / ">="
 *     value      = number / DQUOTE *CHAR DQUOTE
 */

import { RequestError } from "../errors.ts";
import { getProperty, PROPERTY_NAMES } from "./filter_properties.ts";
import type { Property } from "./filter_properties.ts";
import type { Rendition } from "../presentation/presentation.ts";

export type Filter = (rendition: Rendition) => boolean;

export const MAX_FILTER_LENGTH = 2048;

/** Parentheses and negations are recursive calls. */
const MAX_NESTING = 64;

const MAX_QUOTED_CHARACTERS = 24;

const TOKENS: readonly [kind: Token["kind"], pattern: RegExp][] = [
  ["string", /"[^"]*"/y],
  ["number", /[0-9]+(?:\.[0-9]+)?(?![\w.])/y],
  ["name", /[A-Za-z_]\w*/y],
  ["operator", /==|!=|<=|>=|<|>/y],
  ["sign", /&&|\|\||[!()]/y],
];

interface Token {
  readonly kind: "string" | "number" | "name" | "operator" | "sign" | "end";
  readonly text: string;
  readonly at: number;
}

type Operand =
  | { readonly kind: "property"; readonly property: Property; readonly name: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly value: string };

/**
 * Parses an expression.
 *
 * @throws RequestError `BAD_REQUEST` with the position of the first invalid character
 */
export function parseFilter(text: string): Filter {
  if (text.length > MAX_FILTER_LENGTH) {
    const message =
      `Cannot read a filter of ${text.length} characters, expected at most ${MAX_FILTER_LENGTH}`;
    throw new RequestError("BAD_REQUEST", message);
  }
  return new Parser(text).filter();
}

class Parser {
  readonly #text: string;
  #token: Token;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#token = this.#read(0);
  }

  filter(): Filter {
    const filter = this.#or();
    if (this.#token.kind !== "end") throw this.#error("expected && or || or the end");
    return filter;
  }

  #or(): Filter {
    const parts = [this.#and()];
    while (this.#accept("||")) parts.push(this.#and());
    return parts.length === 1 ? parts[0]! : (rendition) => parts.some((part) => part(rendition));
  }

  #and(): Filter {
    const parts = [this.#not()];
    while (this.#accept("&&")) parts.push(this.#not());
    return parts.length === 1 ? parts[0]! : (rendition) => parts.every((part) => part(rendition));
  }

  #not(): Filter {
    const { text } = this.#token;
    if (text !== "!" && text !== "(") return this.#comparison();
    if (this.#depth === MAX_NESTING) {
      throw this.#error(`expected at most ${MAX_NESTING} nested parentheses and negations`);
    }
    this.#depth++;
    this.#next();
    const inner = text === "!" ? this.#not() : this.#or();
    if (text === "(" && !this.#accept(")")) throw this.#error("expected && or || or )");
    this.#depth--;
    return text === "!" ? (rendition) => !inner(rendition) : inner;
  }

  #comparison(): Filter {
    const leftToken = this.#token;
    const left = this.#operand();
    const { kind, text: operator } = this.#token;
    if (kind !== "operator") throw this.#error("expected a comparison (== != < <= > >=)");
    this.#next();
    const rightToken = this.#token;
    const right = this.#operand(left);
    if (left.kind === "property" && right.kind !== "property") {
      return this.#compare(left, operator, { ...right, token: rightToken });
    }
    if (right.kind === "property" && left.kind !== "property") {
      return this.#compare(right, FLIPPED[operator] ?? operator, { ...left, token: leftToken });
    }
    const what = left.kind === "property" ? "two properties" : "two values";
    throw this.#error(`expected a property and a value, not ${what}`, leftToken);
  }

  #compare(
    { property, name }: Extract<Operand, { kind: "property" }>,
    operator: string,
    value: Exclude<Operand, { kind: "property" }> & { readonly token: Token },
  ): Filter {
    if (property.kind === "number" && value.kind === "number") {
      const compare = COMPARE[operator]!;
      return (rendition) => compare(property.get(rendition), value.value);
    }
    if (property.kind === "string" && value.kind === "string") {
      if (operator === "==") return (rendition) => property.matches(rendition, value.value);
      if (operator === "!=") return (rendition) => !property.matches(rendition, value.value);
      throw this.#error(
        `${name} is a string, expected == or !=`,
        value.token,
      );
    }
    throw this.#error(`expected ${VALUES[property.kind]} to compare with ${name}`, value.token);
  }

  #operand(left?: Operand): Operand {
    const { kind, text } = this.#token;
    const expected = left?.kind === "property"
      ? `expected ${VALUES[left.property.kind]} to compare with ${left.name}`
      : undefined;
    switch (kind) {
      case "name": {
        const property = getProperty(text);
        if (!property) {
          throw this.#error(
            expected ?? `expected one of the properties ${PROPERTY_NAMES.join(", ")}`,
          );
        }
        this.#next();
        return { kind: "property", property, name: text };
      }
      case "number":
        this.#next();
        return { kind, value: Number(text) };
      case "string":
        this.#next();
        return { kind, value: text.slice(1, -1) };
      default:
        throw this.#error(
          expected ?? "expected a property, a number or a string in double quotes",
        );
    }
  }

  #accept(sign: string): boolean {
    if (this.#token.kind !== "sign" || this.#token.text !== sign) return false;
    this.#next();
    return true;
  }

  #next(): void {
    this.#token = this.#read(this.#token.at + this.#token.text.length);
  }

  #read(from: number): Token {
    let at = from;
    while (/\s/.test(this.#text[at] ?? "")) at++;
    if (at === this.#text.length) return { kind: "end", text: "", at };
    for (const [kind, pattern] of TOKENS) {
      pattern.lastIndex = at;
      const text = pattern.exec(this.#text)?.[0];
      if (text !== undefined) return { kind, text, at };
    }
    const quote = this.#text[at] === '"';
    throw this.#error(quote ? "expected a closing quote" : UNKNOWN, { at });
  }

  #error(reason: string, { at }: Pick<Token, "at"> = this.#token): RequestError {
    const rest = [...this.#text.slice(at)];
    const quoted = rest.slice(0, MAX_QUOTED_CHARACTERS).join("") +
      (rest.length > MAX_QUOTED_CHARACTERS ? "…" : "");
    const position = rest.length === 0
      ? "at its end"
      : `at character ${[...this.#text.slice(0, at)].length + 1}, '${quoted}'`;
    return new RequestError("BAD_REQUEST", `Cannot read the filter ${position}: ${reason}`);
  }
}

const VALUES = { number: "a number", string: "a string in double quotes" };

const UNKNOWN =
  "expected properties, numbers, strings in double quotes, and == != < <= > >= && || ! ( )";

const FLIPPED: Record<string, string> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

const COMPARE: Record<string, (a: number, b: number) => boolean> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};
