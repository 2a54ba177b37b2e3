/** Serves a document root in this process: requests are function calls. */

import { formatPackage } from "../lib/package/package.ts";
import { openInputs } from "./open_presentation.ts";
import { toPackage } from "../lib/presentation/to_package.ts";
import { handle } from "../lib/server/handler.ts";
import { createApp } from "../lib/server/app.ts";
import { LocalStorage } from "../lib/storage/local/local_storage.ts";
import { openFile } from "../lib/storage/local/file.ts";

/** Fetches a body; throws on an error status. */
export type FetchBytes = (url: string) => Promise<Uint8Array>;

/** Origin of URLs. */
export const ORIGIN = "http://ams";

/**
 * Opens a document root; call `close` after the last request.
 *
 * @param root real path of a directory
 */
function serveRoot(root: string): { fetch: FetchBytes; close(): void } {
  const options = { capacity: 2 ** 26, maxOpenFiles: 100, allowedOrigins: ["*"] };
  const app = createApp(new LocalStorage(root), options, { onMessage: () => {} });
  return {
    async fetch(url) {
      const [rawPath = "", rawQuery = ""] = url.slice(ORIGIN.length).split("?");
      const request = { method: "GET", rawPath, rawQuery, headers: new Headers() };
      const response = await handle(request, app);
      if (response.status !== 200) throw new Error(`${url}: ${await response.text()}`);
      return await response.bytes();
    },
    close: () => app.library.close(),
  };
}

/** Document root, and requests to it. */
interface ServedRoot {
  readonly root: string;
  readonly fetch: FetchBytes;
}

/**
 * Serves a temporary document root from before the first test of a file until after the last.
 *
 * @param prepare adds files to the root before it is opened
 * @returns an object whose members are set while tests run
 */
export function serveTemporaryRoot(prepare: (root: string) => Promise<void>): ServedRoot {
  const served = {} as { root: string; fetch: FetchBytes };
  const open = new AsyncDisposableStack();
  Deno.test.beforeAll(async () => {
    const root = await Deno.realPath(await Deno.makeTempDir());
    open.defer(() => Deno.remove(root, { recursive: true }));
    await prepare(root);
    const { fetch, close } = serveRoot(root);
    open.defer(close);
    Object.assign(served, { root, fetch });
  });
  Deno.test.afterAll(() => open.disposeAsync());
  return served;
}

/** Packages a file as amspackager does; the package is named after it. */
export function packageFile(directory: string, file: string): Promise<void> {
  return packageFiles(directory, `${file}.json`, { files: [file] });
}

/**
 * Packages files together as amspackager does.
 *
 * @param segmentDuration in seconds
 */
export async function packageFiles(
  directory: string,
  name: string,
  { files, segmentDuration = 2 }: { files: readonly string[]; segmentDuration?: number },
): Promise<void> {
  const open = (name: string) => openFile(`${directory}/${name}`, name);
  const inputs = files.map((file) => ({ file }));
  const presentation = await openInputs(inputs, { segmentDuration, open });
  await Deno.writeTextFile(`${directory}/${name}`, formatPackage(toPackage(presentation)));
  presentation.close();
}
