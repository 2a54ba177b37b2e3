import { join } from "@std/path";
import type { MemoryFileSystem } from "../../archive/memory_file_system.ts";

/** Writes an archive and its channel file, whose window is 5 s, and removes them after `work`. */
export async function withChannel<T>(
  files: MemoryFileSystem,
  work: (file: string) => Promise<T>,
): Promise<T> {
  const directory = await Deno.makeTempDir();
  try {
    for (const path of files.paths().filter((path) => path.includes("/"))) {
      const target = join(directory, "news.live", path);
      await Deno.mkdir(join(target, ".."), { recursive: true });
      await Deno.writeFile(target, files.bytes(path));
    }
    const file = join(directory, "news.json");
    const live = { segmentDuration: 2, window: 5 };
    await Deno.writeTextFile(file, JSON.stringify({ ams: 1, live }));
    return await work(file);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
