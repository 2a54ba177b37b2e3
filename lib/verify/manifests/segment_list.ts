/** Compares the segments and URLs that a manifest lists with those that exist. */

import { RequestError } from "../../errors.ts";
import type { Presentation } from "../../presentation/presentation.ts";
import { parseRoute, type Route } from "../../server/routes.ts";
import type { Report } from "../findings.ts";
import type { Rule } from "../rules.ts";

const ANY_ASSET = "/package.json/";

/** Parses a URL as the server does. @returns undefined, with a finding, if it is invalid */
export function resolveUrl(
  url: string,
  { version }: Presentation,
  report: Report,
): Route | undefined {
  try {
    const route = parseRoute(ANY_ASSET + url);
    if (!("version" in route) || route.version === version) return route;
    report("URL", `'${url}' has version ${route.version}, expected ${version}`);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    report("URL", `'${url}' is invalid: ${error.message}`);
  }
  return undefined;
}

export interface UrlTarget {
  readonly kind: string;
  readonly rendition?: string;
  readonly time?: number;
}

export function checkUrl(
  url: string,
  expected: UrlTarget,
  { presentation, report }: { presentation: Presentation; report: Report },
): boolean {
  const route = resolveUrl(url, presentation, report);
  if (!route) return false;
  const got = route as UrlTarget;
  const same = (["kind", "rendition", "time"] as const).every((key) => got[key] === expected[key]);
  if (!same) {
    const [gotTarget, expectedTarget] = [got, expected].map(describeTarget);
    report("URL", `'${url}' leads to ${gotTarget}, expected ${expectedTarget}`);
  }
  return same;
}

function describeTarget({ kind, rendition = "", time }: UrlTarget): string {
  return [kind, rendition, time].filter((part) => part !== undefined && part !== "").join(" ");
}

/** Compares start times of segments; both lists are in order. */
export function checkStarts(
  listed: readonly number[],
  expected: readonly number[],
  report: (index: number, rule: Rule, message: string) => void,
): void {
  const [listedTimes, expectedTimes] = [new Set(listed), new Set(expected)];
  for (const [i, time] of expected.entries()) {
    if (!listedTimes.has(time)) report(i, "missing segment", `none is listed with start ${time}`);
  }
  for (const [i, time] of listed.entries()) {
    if (!expectedTimes.has(time)) report(i, "unknown segment", `there is none with start ${time}`);
    if (i > 0 && time <= listed[i - 1]!) {
      report(i, "order", `start ${time} is not after that of the previous segment`);
    }
  }
}
