/** Rearranges the lines and tokens of subtitles and of other text. */

import type { Prng } from "./prng.ts";

interface Subject {
  readonly text: string;
  readonly donor: string;
  readonly prng: Prng;
}

const TOKEN = /<[^<>]*>|\w+|\s+|[^\w\s<>]+|[<>]/g;

const EXTREME_TOKENS = [
  ...["", "0", "-1", "1e308", "NaN", "99999999999999999999", "00:00:00.000", "999999:59:59.999"],
  ...["<", ">", "</", "<b>", "</b>", "<!--", "<![CDATA[", "]]>", "&amp;", "&#0;", "&", "{\\an8}"],
  ...["-->", "\n\n", "\r", "\0", "\u{feff}", "\u{d800}", "\u{202e}", "NOTE", "STYLE", "REGION"],
  ...["{", "}", '"', "'", "=", "%", "[", "]", ",", ":", "null", "xml:id", "begin", "seq", "100%"],
];

const DAMAGES: Record<string, (subject: Subject) => string> = {
  "a token replaced": (subject) =>
    replaceToken(subject, (_, { prng }) => prng.pick(EXTREME_TOKENS)),
  "tokens swapped": ({ text, prng }) => {
    const tokens = split(text);
    const [i, j] = [prng.below(tokens.length), prng.below(tokens.length)];
    [tokens[i], tokens[j]] = [tokens[j]!, tokens[i]!];
    return tokens.join("");
  },
  "a token repeated": (subject) =>
    replaceToken(subject, (token, { prng }) => token.repeat(prng.pick([2, 10, 100]))),
  "a token of another text": (subject) =>
    replaceToken(subject, (_, { prng, donor }) => prng.pick(split(donor))),
  "lines of another text": ({ text, donor, prng }) => {
    const [lines, others] = [text.split("\n"), donor.split("\n")];
    const from = prng.below(others.length);
    const part = others.slice(from, from + 1 + prng.below(8));
    lines.splice(prng.below(lines.length), prng.below(4), ...part);
    return lines.join("\n");
  },
  "lines reordered": ({ text, prng }) => prng.shuffle(text.split("\n")).join("\n"),
  "a part inside itself": ({ text, prng }) => {
    const start = prng.below(text.length);
    const end = start + prng.below(200);
    return text.slice(0, end) + text.slice(start, end).repeat(1 + prng.below(20)) + text.slice(end);
  },
};

/** Rearranges text up to three times; `how` lists the kinds. */
export function damageTokens(
  bytes: Uint8Array,
  donor: Uint8Array,
  prng: Prng,
): { bytes: Uint8Array; how: string } {
  const decoder = new TextDecoder();
  let text = decoder.decode(bytes);
  const how: string[] = [];
  for (let left = prng.pick([1, 2, 3]); left > 0; left--) {
    const name = prng.pick(Object.keys(DAMAGES));
    how.push(name);
    text = DAMAGES[name]!({ text, donor: decoder.decode(donor), prng });
  }
  return { bytes: new TextEncoder().encode(text), how: how.join(", ") };
}

function replaceToken(
  subject: Subject,
  replace: (token: string, subject: Subject) => string,
): string {
  const tokens = split(subject.text);
  const i = subject.prng.below(tokens.length);
  tokens[i] = replace(tokens[i]!, subject);
  return tokens.join("");
}

function split(text: string): string[] {
  return text.match(TOKEN) ?? [""];
}
