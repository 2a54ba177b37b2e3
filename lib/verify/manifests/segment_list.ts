/** What a manifest lists, held against what there is: no segment is missing, none is promised that isn't there. */

import { RequestError } from "../../errors.ts";
import type { Presentation } from "../../presentation/presentation.ts";
import { parseRoute, type Route } from "../../server/routes.ts";
import type { Report } from "../findings.ts";
import type { Rule } from "../rules.ts";

/** Any package: URLs in manifests are relative to it. */
const PACKAGE = "/package.json/";

/** What a URL of a manifest leads to, by the server's own grammar; undefined where it leads nowhere, which is found. */
export function resolveUrl(
  url: string,
  { version }: Presentation,
  report: Report,
): Route | undefined {
  try {
    const target = parseRoute(PACKAGE + url);
    if (!("version" in target) || target.version === version) return target;
    report("URL", `'${url}' is of version ${target.version}, not ${version}`);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    report("URL", `'${url}' leads nowhere: ${error.message}`);
  }
  return undefined;
}

/** What a URL should lead to. */
export interface UrlTarget {
  readonly kind: string;
  readonly rendition?: string;
  readonly time?: number;
}

/** @returns true where it does */
export function checkUrl(
  url: string,
  wanted: UrlTarget,
  { presentation, report }: { presentation: Presentation; report: Report },
): boolean {
  const target = resolveUrl(url, presentation, report);
  if (!target) return false;
  const got = target as UrlTarget;
  const same = (["kind", "rendition", "time"] as const).every((key) => got[key] === wanted[key]);
  if (!same) report("URL", `'${url}' leads to ${told(got)}, not to ${told(wanted)}`);
  return same;
}

function told({ kind, rendition = "", time }: UrlTarget): string {
  return [kind, rendition, time].filter((part) => part !== undefined && part !== "").join(" ");
}

/**
 * Starts of segments, in order.
 *
 * @param report of a segment
 */
export function checkStarts(
  listed: readonly number[],
  there: readonly number[],
  report: (index: number, rule: Rule, message: string) => void,
): void {
  const known = new Set(there);
  const named = new Set(listed);
  for (const [i, time] of there.entries()) {
    if (!named.has(time)) {
      report(i, "missing segment", `the one that starts at ${time} is not listed`);
    }
  }
  for (const [i, time] of listed.entries()) {
    if (!known.has(time)) {
      report(i, "unknown segment", `one is listed that starts at ${time}: there is none`);
    }
    if (i > 0 && time <= listed[i - 1]!) {
      report(i, "order", `its start, ${time}, is not behind that of the one before`);
    }
  }
}
