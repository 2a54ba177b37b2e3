/** Describes an error of the operating system on one line, without paths. */
export function describeSystemError(error: unknown): string {
  for (const [type, text] of DESCRIPTIONS) if (error instanceof type) return text;
  if (!(error instanceof Error)) return String(error);
  if (UNRESOLVED_HOST.test(error.message)) return "the host name does not resolve";
  const { code } = error as { code?: string };
  if (code === undefined) return error.message.split("\n")[0]!;
  return CODES[code] ?? code;
}

const CODES: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  ENOTDIR: "not a directory",
  EISDIR: "it is a directory",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left on the device",
};

const DESCRIPTIONS = [
  [Deno.errors.NotFound, "no such file or directory"],
  [Deno.errors.NotADirectory, "not a directory"],
  [Deno.errors.IsADirectory, "it is a directory"],
  [Deno.errors.PermissionDenied, "permission denied"],
  [Deno.errors.NotCapable, "permission denied"],
  [Deno.errors.AddrInUse, "the port is in use"],
  [Deno.errors.AddrNotAvailable, "the address is not available"],
] as const;

/** Messages of Linux, macOS and Windows, and of a name with invalid characters. */
const UNRESOLVED_HOST = /failed to lookup address|No such host is known|^invalid host/;
