/** A report that records its findings. */

import type { Report } from "../../lib/verify/findings.ts";

/** Records a finding as `rule: message`, preceded by the number of the sample if there is one. */
export function recordFindings(): { readonly report: Report; readonly findings: string[] } {
  const findings: string[] = [];
  const report: Report = (rule, message, sample) =>
    findings.push(`${sample === undefined ? "" : `sample ${sample + 1}: `}${rule}: ${message}`);
  return { report, findings };
}
