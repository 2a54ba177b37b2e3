/** Files that browsers and crawlers request at the root of every site. Those of the document root take precedence. */

import { withEtag } from "../http/compression.ts";
import type { HttpRequest } from "../http/request.ts";
import { type Bytes, type Resource, REVALIDATED } from "../http/resource.ts";
import { resolveIfExists } from "../library/document_root.ts";
import { UI_ASSETS } from "../ui/assets.ts";
import type { App } from "./app.ts";
import { serveFile } from "./static_files.ts";

/** A crawler that follows manifests would request every segment (RFC 9309). */
const ROBOTS = "User-agent: *\nDisallow: /\n";

const loadRobots = () => Promise.resolve(new TextEncoder().encode(ROBOTS));

const loadIcon = async () => (await UI_ASSETS["favicon.ico"]!()).default;

const FILES: ReadonlyMap<string, () => Promise<Resource<Bytes>>> = new Map([
  defineFile("robots.txt", "text/plain; charset=utf-8", loadRobots),
  defineFile("favicon.ico", "image/vnd.microsoft.icon", loadIcon),
]);

export function isRootFile(file: string): boolean {
  return FILES.has(file);
}

/**
 * @param file for which `isRootFile()` returns true
 * @throws RequestError, MediaError as `serveFile()`
 */
export async function serveRootFile(
  request: HttpRequest,
  app: App,
  file: string,
): Promise<Response> {
  const hasOwn = !app.packagesOnly && await resolveIfExists(app.root, file) !== undefined;
  if (hasOwn) return await serveFile(request, app, file);
  return await app.responder.respond(request, await FILES.get(file)!());
}

function defineFile(
  file: string,
  type: string,
  load: () => Promise<Bytes>,
): [name: string, load: () => Promise<Resource<Bytes>>] {
  let resource: Resource<Bytes> | undefined;
  const metadata = { file, type, caching: REVALIDATED };
  return [file, async () => resource ??= withEtag(await load(), metadata)];
}
