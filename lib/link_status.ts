/** Returns the status of a path itself, also if it is a link; undefined if there is nothing. @throws other errors of the file system */
export function findLinkStatus(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
