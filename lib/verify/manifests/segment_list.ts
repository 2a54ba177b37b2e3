/** What a manifest lists, held against what there is: no segment is missing, none is promised that isn't there. */

import { RequestError } from "../../errors.ts";
import type { Presentation } from "../../presentation/presentation.ts";
import { parseRoute, type Route } from "../../server/routes.ts";
import type { Say } from "../findings.ts";
import type { Rule } from "../rules.ts";

/** Any package: URLs in manifests are relative to it. */
const PACKAGE = "/package.json/";

/** What a URL of a manifest leads to, by the server's own grammar; undefined where it leads nowhere, which is found. */
export function targetOf(url: string, { version }: Presentation, say: Say): Route | undefined {
  try {
    const target = parseRoute(PACKAGE + url);
    if (!("version" in target) || target.version === version) return target;
    say("URL", `'${url}' is of version ${target.version}, not ${version}`);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    say("URL", `'${url}' leads nowhere: ${error.message}`);
  }
  return undefined;
}

/** What a URL should lead to. */
export interface Wanted {
  readonly kind: string;
  readonly rendition?: string;
  readonly time?: number;
}

/** @returns true where it does */
export function checkUrl(
  url: string,
  wanted: Wanted,
  { presentation, say }: { presentation: Presentation; say: Say },
): boolean {
  const target = targetOf(url, presentation, say);
  if (!target) return false;
  const got = target as Wanted;
  const same = (["kind", "rendition", "time"] as const).every((key) => got[key] === wanted[key]);
  if (!same) say("URL", `'${url}' leads to ${told(got)}, not to ${told(wanted)}`);
  return same;
}

function told({ kind, rendition = "", time }: Wanted): string {
  return [kind, rendition, time].filter((part) => part !== undefined && part !== "").join(" ");
}

/**
 * Starts of segments, in order.
 *
 * @param say of a segment
 */
export function checkStarts(
  listed: readonly number[],
  there: readonly number[],
  say: (index: number, rule: Rule, message: string) => void,
): void {
  const known = new Set(there);
  const named = new Set(listed);
  for (const [i, time] of there.entries()) {
    if (!named.has(time)) say(i, "missing segment", `the one that starts at ${time} is not listed`);
  }
  for (const [i, time] of listed.entries()) {
    if (!known.has(time)) {
      say(i, "unknown segment", `one is listed that starts at ${time}: there is none`);
    }
    if (i > 0 && time <= listed[i - 1]!) {
      say(i, "order", `its start, ${time}, is not behind that of the one before`);
    }
  }
}
