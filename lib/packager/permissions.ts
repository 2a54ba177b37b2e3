/** Which permissions a command line of amspackager needs. */

/** Permissions that are given up at the start, before anything is read. */
export type UnusedPermission = "net" | "credentials";

/** An address may follow the name of its option, as in `--from=s3://…`. */
const ADDRESS = /(?:^|=|^-[a-z])(https?|s3):\/\//i;

const KEYS = /^--keys(=|$)/;

/** Returns what is of no use: the network without an address or `--keys`, what holds credentials without a bucket. */
export function listUnusedPermissions(args: readonly string[]): UnusedPermission[] {
  const schemes = args.map((arg) => ADDRESS.exec(arg)?.[1]?.toLowerCase());
  const connects = args.some((arg) => KEYS.test(arg)) || schemes.some((it) => it !== undefined);
  return [
    ...connects ? [] : ["net"] as const,
    ...schemes.includes("s3") ? [] : ["credentials"] as const,
  ];
}
