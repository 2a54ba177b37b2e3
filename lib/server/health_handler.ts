/** `/.ams/health`: whether requests should be sent here. Asks no remote source. */

import type { HttpRequest } from "../http/request.ts";
import { storageGone } from "../library/storage_check.ts";
import type { App } from "./app.ts";

/** @throws RequestError `DRAINING`, `STORAGE_GONE` */
export async function serveHealth(request: HttpRequest, app: App): Promise<Response> {
  request.isLogged = false;
  const resource = app.health.getResource();
  if (await app.storageCheck.isGone()) throw storageGone();
  return await app.responder.respond(request, resource);
}
