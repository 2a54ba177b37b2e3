/** Runs `test` in an empty directory, without links in its path. */
export async function withDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
