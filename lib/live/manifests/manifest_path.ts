/** Paths of files that a manifest names, relative to its directory: `0/seg-1.m4s`, `../audio/init.mp4`. */

/**
 * Resolves a reference against the path of a directory, which is "" or ends with a slash. Query and fragment are omitted.
 *
 * @returns undefined for a reference with a host or an absolute path: encoders announce where viewers are served there
 */
export function resolveReference(directory: string, reference: string): string | undefined {
  const [path = ""] = reference.split(/[?#]/, 1);
  if (/^(?:[a-z][a-z0-9+.-]*:|\/)/i.test(path)) return undefined;
  return normalizePath(directory + path);
}

function normalizePath(path: string): string {
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === ".") continue;
    if (name === ".." && names.length > 0 && names.at(-1) !== "..") names.pop();
    else names.push(name);
  }
  return names.join("/");
}

/** Returns the directory of a path, with a slash at its end; "" if it has none. */
export function getPathDirectory(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** Returns the path of a file relative to a directory: see `getPathDirectory()`. */
export function relatePath(directory: string, path: string): string {
  if (path.startsWith(directory)) return path.slice(directory.length);
  const from = directory.split("/").slice(0, -1);
  const to = path.split("/");
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared++;
  return "../".repeat(from.length - shared) + to.slice(shared).join("/");
}

/** Decodes a part of a path; one that is not percent-encoded stays as it is. */
export function decodePathPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a file name with "%"
  }
}
