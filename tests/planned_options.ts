/** Options for sources without a disk: files of deploy/ have them already, and ams not yet. */

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
