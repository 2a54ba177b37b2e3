/** A document root, served in this process: requests are function calls. */

import { formatPackage } from "../lib/package/package.ts";
import { openInputs } from "../lib/presentation/open.ts";
import { toPackage } from "../lib/presentation/to_package.ts";
import { handle } from "../lib/server/handler.ts";
import { createApp } from "../lib/server/app.ts";
import { openFile } from "../lib/storage/local/file.ts";

/** The body of what is there. */
export type FetchBytes = (url: string) => Promise<Uint8Array>;

/** What URLs start with. */
export const ORIGIN = "http://ams";

/**
 * Opens a root; `close` comes after the last request.
 *
 * @param root real path of a folder
 */
export function serveRoot(root: string): { fetch: FetchBytes; close(): void } {
  const options = { root, capacity: 2 ** 26, maxOpenFiles: 100, allowedOrigins: ["*"] };
  const troubles: unknown[] = [];
  const site = createApp(options, (_, trouble) => troubles.push(trouble));
  return {
    async fetch(url) {
      const rawPath = url.slice(ORIGIN.length);
      const response = await handle({ method: "GET", rawPath, headers: new Headers() }, site);
      if (response.status !== 200) throw new Error(`${rawPath}: ${await response.text()}`);
      return await response.bytes();
    },
    close: () => site.library.close(),
  };
}

/** Packages a file of a folder as amspackager does; the package is named after it. */
export function packageFile(folder: string, file: string): Promise<void> {
  return packageFiles(folder, `${file}.json`, { files: [file] });
}

/**
 * Packages files of a folder together as amspackager does.
 *
 * @param segmentDuration in seconds
 */
export async function packageFiles(
  folder: string,
  name: string,
  { files, segmentDuration = 2 }: { files: readonly string[]; segmentDuration?: number },
): Promise<void> {
  const open = (name: string) => openFile(`${folder}/${name}`, name);
  const inputs = files.map((file) => ({ file }));
  const presentation = await openInputs(inputs, { segmentDuration, open });
  presentation.close();
  await Deno.writeTextFile(`${folder}/${name}`, formatPackage(toPackage(presentation)));
}
