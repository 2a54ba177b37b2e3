/** Finds the tokens of a module whose change a test should notice. */

export interface Mutation {
  /** From the start of the file. */
  readonly offset: number;
  readonly before: string;
  readonly after: string;
}

const OPERATORS: Record<string, string> = {
  ...{ "<": "<=", "<=": "<", ">": ">=", ">=": ">", "===": "!==", "!==": "===" },
  ...{ "+": "-", "-": "+", "+=": "-=", "-=": "+=", "&&": "||", "||": "&&" },
};

/** Comments, strings, templates and regular expressions, which are not changed. */
const LITERALS =
  /\/\*[^]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[^])*`|(?<=[(,=:[!&|?{};\n]\s*)\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/g;

/** Declarations of types and imports, which have no effect. */
const TYPES =
  /^(?:export )?(?:interface \w+[^{]*\{[^]*?^\}|type [^]*?;$|import [^]*?;$|declare [^]*?;$|export (?:type )?[{*][^]*?;$)/gm;

const OPERATOR = /(?<= )(?:<=?|>=?|===|!==|[+-]=?|&&|\|\|)(?= |\n)/g;
const NUMBER = /(?<![\w.#$])(?:0x[0-9a-f]+|\d+(?:\.\d+)?)(?![\w.])/gi;
const BOOLEAN = /(?<![\w.])(?:true|false)(?!\w|\??:)/g;

/** A call, an assignment, or a condition that leaves, on one line. */
const STATEMENT =
  /^ +(?:if \(.*\) (?:return|throw|continue|break)\b.*;|(?:this|[\w#]+)[\w.#[\]!]*(?:\(.*\)|(?: [-+]?=| \?\?=|\+\+).*);|throw .*;)$/gm;

/** Finds every mutation of a module, in order. */
export function findMutations(code: string): Mutation[] {
  const text = blank(blank(code, LITERALS), TYPES);
  return [
    ...find(text, OPERATOR, (operator) => OPERATORS[operator]),
    ...find(text, NUMBER, (number) => String(Number(number) + 1)),
    ...find(text, BOOLEAN, (value) => value === "true" ? "false" : "true"),
    ...find(text, STATEMENT, (statement) => isBalanced(statement) ? "" : undefined),
  ].map((mutation) => ({
    ...mutation,
    before: code.slice(mutation.offset, mutation.offset + mutation.before.length),
  })).sort((a, b) => a.offset - b.offset);
}

export function applyMutation(code: string, { offset, before, after }: Mutation): string {
  return code.slice(0, offset) + after + code.slice(offset + before.length);
}

/** Replaces matches by as many underscores, which are no tokens; lines stay. */
function blank(text: string, pattern: RegExp): string {
  return text.replace(pattern, (match) => match.replace(/[^\n]/g, "_"));
}

function find(
  text: string,
  pattern: RegExp,
  change: (token: string) => string | undefined,
): Mutation[] {
  return [...text.matchAll(pattern)].flatMap(({ index: offset, 0: before }) => {
    const after = change(before);
    return after === undefined ? [] : [{ offset, before, after }];
  });
}

/** A line with an unbalanced bracket is a part of a statement. */
function isBalanced(statement: string): boolean {
  const count = (characters: string) =>
    [...statement].filter((character) => characters.includes(character)).length;
  return count("([{") === count(")]}") && !/^ +(const|let|return|else|case)\b/.test(statement);
}
