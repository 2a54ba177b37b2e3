/** Errors as HTML, for browsers: a page like others, with the status of the error. */

import { toErrorInfo } from "../http/error_info.ts";
import type { ErrorOptions } from "../http/responder.ts";
import type { HttpRequest } from "../http/request.ts";
import type { App } from "./app.ts";
import { wantsPage } from "./ui_assets.ts";

/** Responds with a page where the client is a browser and pages are enabled, else with JSON. */
export function respondWithError(
  request: HttpRequest,
  app: App,
  error: unknown,
  options: ErrorOptions = {},
): Response | Promise<Response> {
  const { browsing, responder } = app;
  if (!browsing || !wantsPage(request)) return responder.respondWithError(request, error, options);
  return app.pages.getErrorPage(request, toErrorInfo(error))
    .then((page) =>
      responder.respondWithError(request, error, { ...options, page, vary: "Accept" })
    );
}
