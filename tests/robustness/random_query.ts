/** Random queries of manifests. */

import { PROPERTY_NAMES } from "../../lib/selection/filter_properties.ts";
import type { Prng } from "./prng.ts";

const VALUES = [
  ...['"video"', '"audio"', '"textstream"', '"eng"', '"AVC1"', '"mp4a"', '"text"', '""', '"é"'],
  ...["0", "1", "2", "240", "1000", "35623.5", "99999999999999999999"],
];
const OPERATORS = ["==", "!=", "<", "<=", ">", ">="];
const SCRAPS = [
  ...PROPERTY_NAMES,
  ...VALUES,
  ...OPERATORS,
  ...["&&", "||", "!", "(", ")", " ", '"', "=", "&", "|", "+", "%", "%2", "%ff", "%00", "\0", "ÿ"],
  ...["\ud800", "filter=", "start=", "end=", "token=", "1:2", ".5", "-1", "$Time$", "'", "<", "#"],
];

/** Returns random fragments of text. */
function scraps(prng: Prng): string {
  return Array.from({ length: prng.below(20) }, () => prng.pick(SCRAPS)).join("");
}

/** Returns what is valid most of the time. */
function expression(prng: Prng, depth = 0): string {
  switch (depth > 5 ? 0 : prng.below(6)) {
    case 1:
      return `!${expression(prng, depth + 1)}`;
    case 2:
      return `(${expression(prng, depth + 1)})`;
    case 3:
    case 4:
      return `${expression(prng, depth + 1)}${prng.pick(["&&", "||", " && ", " || "])}${
        expression(prng, depth + 1)
      }`;
    default:
      return `${prng.pick(PROPERTY_NAMES)}${prng.pick(OPERATORS)}${prng.pick(VALUES)}`;
  }
}

function time(prng: Prng): string {
  return prng.pick([
    `${prng.below(14)}`,
    `${prng.below(140) / 10}`,
    `00:0${prng.below(10)}`,
    scraps(prng),
  ]);
}

/** Builds a query of a manifest, valid most of the time. */
export function buildRandomQuery(prng: Prng): string {
  const parts = Array.from({ length: 1 + prng.below(4) }, () => {
    const name = prng.pick(["filter", "start", "end", "token", "x"]);
    const value = name === "filter" ? prng.pick([expression, scraps])(prng) : time(prng);
    const encode = prng.pick([encodeURIComponent, encodeURIComponent, String]);
    return `${name}=${encode(value.toWellFormed())}`;
  });
  const text = parts.join("&");
  const cut = prng.below(10) === 0 ? prng.below(text.length + 1) : text.length;
  return text.slice(0, cut);
}
