/** Options and metrics of sources without a disk: files of deploy/ have them already, and ams not yet. */

/** Long names; the test in kubernetes_test.ts fails for those that ams has, so that the list gets empty. */
export const PLANNED_OPTIONS = [
  "mount",
  "source-cache",
  "source-disk",
  "source-fresh",
  "source-timeout",
  "allow-source",
];

/** Returns command line arguments without planned options, which are of the form `--name=value`. */
export function omitPlannedOptions(args: readonly string[]): string[] {
  return args.filter((arg) => !PLANNED_OPTIONS.some((name) => arg.startsWith(`--${name}=`)));
}

/** Types and labels of metrics, as in METRICS; the test in observe_test.ts fails for those that ams has. */
export const PLANNED_METRICS = Object.fromEntries(
  ([
    ["ams_source_requests_total", "counter", "mount", "result"],
    ["ams_source_request_duration_seconds", "histogram", "mount"],
    ["ams_source_bytes_total", "counter", "mount"],
    ["ams_source_retries_total", "counter", "mount"],
    ["ams_source_up", "gauge", "mount"],
  ] as const).map(([name, type, ...labels]) => [name, { type, labels }]),
);
