/** Responds with resources of an open asset or channel. */

import { readFor } from "../http/client_gone.ts";
import type { HttpRequest } from "../http/request.ts";
import { PRIVATE, type Resource, SECRET } from "../http/resource.ts";
import { andThen, isPending, orElse } from "../maybe_async.ts";
import { loadAndRetry, MissingPages } from "../mp4/samples/pages.ts";
import { formatRedirectQuery } from "./access_handler.ts";
import type { App } from "./app.ts";
import { type RequestContext, resolveCached } from "./cached_resources.ts";
import type { AssetRoute } from "./routes.ts";

interface ResponseContext {
  readonly request: HttpRequest;
  readonly app: App;
}

export function respondFromAsset(
  context: RequestContext,
  route: AssetRoute,
): Response | Promise<Response> {
  return respondFrom(context.asset, context, route, resolveWithPages);
}

/**
 * The asset or channel stays open until the response is made; a body that outlives it holds it for itself. `using` would cost
 * 0.2 µs for each request.
 */
export function respondFrom<Context extends ResponseContext>(
  opened: { release(): void },
  context: Context,
  route: AssetRoute,
  resolve: (context: Context, route: AssetRoute) => Resource | Promise<Resource>,
): Response | Promise<Response> {
  let pending = false;
  try {
    if (route.ownUrl !== undefined && !("version" in route) && !hasQueryToken(context)) {
      return redirect(context, route.ownUrl);
    }
    const response = respondWithResource(context, route, resolve(context, route));
    pending = isPending(response);
    return isPending(response) ? response.finally(() => opened.release()) : response;
  } finally {
    if (!pending) opened.release();
  }
}

function respondWithResource(
  { request, app: { responder } }: ResponseContext,
  { ownUrl }: AssetRoute,
  resource: Resource | Promise<Resource>,
): Response | Promise<Response> {
  const response = ownUrl === undefined ? resource : andThen(resource, toPrivate);
  return isPending(response)
    ? response.then((resource) => responder.respond(request, resource))
    : responder.respond(request, response);
}

function redirect({ request, app }: ResponseContext, ownUrl: string): Response {
  return app.responder.redirect(request, `${ownUrl}${formatRedirectQuery(request, app)}`);
}

/** A redirect would contain the token. */
function hasQueryToken({ request }: ResponseContext): boolean {
  return request.admission?.tokenParameter !== undefined;
}

/** A shared cache stores media under the spelling of AMS only. */
function toPrivate(resource: Resource): Resource {
  const { cachedHeaders: _, cachedPrivateHeaders: __, ...rest } = resource;
  return rest.caching === SECRET ? resource : { ...rest, caching: PRIVATE };
}

/** Resolves again with pages that are missing. @throws RequestError `CLIENT_GONE` */
export function resolveWithPages(
  context: RequestContext,
  route: AssetRoute,
): Resource | Promise<Resource> {
  const resolve = () => resolveCached(context, route);
  return orElse(resolve, (error) => {
    if (!(error instanceof MissingPages)) throw error;
    return readFor(context.request, (signal) => loadAndRetry(error, resolve, signal));
  });
}
