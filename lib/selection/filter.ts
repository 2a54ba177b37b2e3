/**
 * Filters: boolean expressions over the properties of a rendition, as URLs have them.
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

/** True for a rendition that stays. */
export type Filter = (rendition: Rendition) => boolean;

/** Characters of an expression, at most. */
export const MAX_FILTER_LENGTH = 2048;

/** Parentheses and negations in one another, at most: each is a call. */
const MOST_NESTED = 64;

/** Characters of the expression that an error shows, at most. */
const SHOWN = 24;

const TOKENS: readonly [kind: Token["kind"], pattern: RegExp][] = [
  ["text", /"[^"]*"/y],
  ["number", /[0-9]+(?:\.[0-9]+)?(?![\w.])/y],
  ["name", /[A-Za-z_]\w*/y],
  ["operator", /==|!=|<=|>=|<|>/y],
  ["sign", /&&|\|\||[!()]/y],
];

interface Token {
  readonly kind: "text" | "number" | "name" | "operator" | "sign" | "end";
  /** As it is written. */
  readonly text: string;
  /** Where it starts. */
  readonly at: number;
}

/** One side of a comparison. */
type Operand =
  | { readonly kind: "property"; readonly property: Property; readonly name: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string };

/** @throws RequestError `BAD_REQUEST` that points at the character which can't be read */
export function parseFilter(text: string): Filter {
  if (text.length > MAX_FILTER_LENGTH) {
    const why = `Cannot read a filter of ${text.length} characters: over ${MAX_FILTER_LENGTH}`;
    throw new RequestError("BAD_REQUEST", why);
  }
  return new Parser(text).filter();
}

class Parser {
  readonly #text: string;
  #token: Token;
  #nested = 0;

  constructor(text: string) {
    this.#text = text;
    this.#token = this.#read(0);
  }

  filter(): Filter {
    const filter = this.#or();
    if (this.#token.kind !== "end") throw this.#error("&& or || or the end has to come here");
    return filter;
  }

  #or(): Filter {
    const parts = [this.#and()];
    while (this.#takes("||")) parts.push(this.#and());
    return parts.length === 1 ? parts[0]! : (rendition) => parts.some((part) => part(rendition));
  }

  #and(): Filter {
    const parts = [this.#not()];
    while (this.#takes("&&")) parts.push(this.#not());
    return parts.length === 1 ? parts[0]! : (rendition) => parts.every((part) => part(rendition));
  }

  #not(): Filter {
    const { text } = this.#token;
    if (text !== "!" && text !== "(") return this.#comparison();
    if (this.#nested === MOST_NESTED) {
      throw this.#error(`over ${MOST_NESTED} parentheses and negations are in one another`);
    }
    this.#nested++;
    this.#next();
    const inner = text === "!" ? this.#not() : this.#or();
    if (text === "(" && !this.#takes(")")) throw this.#error("&& or || or ) has to come here");
    this.#nested--;
    return text === "!" ? (rendition) => !inner(rendition) : inner;
  }

  #comparison(): Filter {
    const start = this.#token;
    const left = this.#operand();
    const { kind, text: operator } = this.#token;
    if (kind !== "operator") throw this.#error("a comparison (== != < <= > >=) has to come here");
    this.#next();
    const second = this.#token;
    const right = this.#operand();
    if (left.kind === "property" && right.kind !== "property") {
      return this.#compared(left, operator, { ...right, token: second });
    }
    if (right.kind === "property" && left.kind !== "property") {
      return this.#compared(right, FLIPPED[operator] ?? operator, { ...left, token: start });
    }
    const what = left.kind === "property" ? "two properties" : "two values";
    throw this.#error(`it compares ${what}, where a property and a value have to be`, start);
  }

  #compared(
    { property, name }: Extract<Operand, { kind: "property" }>,
    operator: string,
    value: Exclude<Operand, { kind: "property" }> & { readonly token: Token },
  ): Filter {
    if (property.kind === "number" && value.kind === "number") {
      const compare = COMPARE[operator]!;
      return (rendition) => compare(property.of(rendition), value.value);
    }
    if (property.kind === "text" && value.kind === "text") {
      if (operator === "==") return (rendition) => property.is(rendition, value.value);
      if (operator === "!=") return (rendition) => !property.is(rendition, value.value);
      throw this.#error(
        `${name} is a text: it can be == or != to another, and no more`,
        value.token,
      );
    }
    const wanted = property.kind === "number" ? "a number" : "a text in double quotes";
    throw this.#error(`${name} is compared with ${wanted}`, value.token);
  }

  #operand(): Operand {
    const { kind, text } = this.#token;
    switch (kind) {
      case "name": {
        const property = getProperty(text);
        if (!property) throw this.#error(`the properties are ${PROPERTY_NAMES.join(", ")}`);
        this.#next();
        return { kind: "property", property, name: text };
      }
      case "number":
        this.#next();
        return { kind, value: Number(text) };
      case "text":
        this.#next();
        return { kind, value: text.slice(1, -1) };
      default:
        throw this.#error("a property, a number or a text in double quotes has to come here");
    }
  }

  #takes(sign: string): boolean {
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
    throw this.#error(quote ? "its closing quote is missing" : UNKNOWN, { at });
  }

  #error(why: string, { at }: Pick<Token, "at"> = this.#token): RequestError {
    const rest = [...this.#text.slice(at)];
    const shown = rest.slice(0, SHOWN).join("") + (rest.length > SHOWN ? "…" : "");
    const place = rest.length === 0
      ? "at its end"
      : `at character ${[...this.#text.slice(0, at)].length + 1}, '${shown}'`;
    return new RequestError("BAD_REQUEST", `Cannot read the filter ${place}: ${why}`);
  }
}

const UNKNOWN =
  "it has properties, numbers, texts in double quotes, and == != < <= > >= && || ! ( )";

/** Of a comparison whose sides change places. */
const FLIPPED: Record<string, string> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

const COMPARE: Record<string, (a: number, b: number) => boolean> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};
