import { removePathToken } from "../access/token_location.ts";
import { FileReplacedError, IndexMismatchError, type MediaError, RequestError } from "../errors.ts";
import { andThen, isPending, orElse } from "../maybe_async.ts";
import type { HttpRequest } from "../http/request.ts";
import { METHODS } from "../http/responder.ts";
import { mayBeLicensePath } from "../drm/routes.ts";
import { Channel } from "../library/channel.ts";
import { resolveIfExists } from "../library/document_root.ts";
import type { FileRoute } from "../url/route.ts";
import type { App } from "./app.ts";
import { CATEGORIES } from "./category.ts";
import { isAssetName, redirectToSlash, requireBrowsing, servePage } from "./browse_handler.ts";
import { serveHealth } from "./health_handler.ts";
import { rejectInvalidHost } from "./host_header.ts";
import { serveAccessCheck } from "./access_handler.ts";
import { respondFromAsset } from "./asset_handler.ts";
import { respondWithError } from "./error_page.ts";
import { respondFromChannel, serveClock } from "./channel_handler.ts";
import { LICENSE_METHODS, serveKeys, toServedKeyResult } from "./licence.ts";
import { serveArtwork } from "./artwork_handler.ts";
import { serveListing } from "./listing_handler.ts";
import { serveOembed } from "./oembed_handler.ts";
import { type AssetRoute, parseRoute, type Route, type UiAssetRoute } from "./routes.ts";
import { methodNotAllowed } from "./not_found.ts";
import { isRootFile, serveRootFile } from "./root_files.ts";
import { serveFile } from "./static_files.ts";
import { wantsPage } from "./ui_assets.ts";

/** Never throws or rejects. Bytes in the scratch buffer are in the Response before anything else runs. */
export function handle(request: HttpRequest, app: App): Response | Promise<Response> {
  const respondToFailure = (error: unknown) =>
    andThen(app.storageCheck.explain(error), (explained) => {
      if (request.category === CATEGORIES.key && app.keyServing) {
        app.keyResults.add(toServedKeyResult(explained));
      }
      return respondWithError(request, app, explained, { methods: getMethods(request, app) });
    });
  try {
    if (request.method === "OPTIONS") {
      return app.responder.respondToOptions(request, getMethods(request, app));
    }
    const response = dispatch(request, app);
    return isPending(response) ? response.catch(respondToFailure) : response;
  } catch (error) {
    return respondToFailure(error);
  }
}

function dispatch(request: HttpRequest, app: App): Response | Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD") requireLicenseRequest(request, app);
  rejectInvalidHost(request.headers.get("host"), request.authority);
  const route = getRoute(removePathToken(request.rawPath), app);
  request.category = CATEGORIES[route.kind];
  if (!app.access) return serve(request, app, route);
  return andThen(app.access.admit(request), (admission) => {
    request.admission = admission;
    return serve(request, app, route);
  });
}

/** POST is the method of license requests alone. */
function requireLicenseRequest(request: HttpRequest, app: App): void {
  if (request.method === "POST" && isLicensePath(request, app)) return;
  throw methodNotAllowed(request.method, getMethods(request, app));
}

function getMethods(request: HttpRequest, app: App): string {
  return app.keyServing && isLicensePath(request, app) ? LICENSE_METHODS : METHODS;
}

function isLicensePath({ rawPath }: HttpRequest, app: App): boolean {
  if (!mayBeLicensePath(rawPath)) return false;
  try {
    return getRoute(removePathToken(rawPath), app).kind === "license";
  } catch (error) {
    if (error instanceof RequestError) return false; // a malformed path
    throw error;
  }
}

function serve(request: HttpRequest, app: App, route: Route): Response | Promise<Response> {
  switch (route.kind) {
    case "file":
      if (isRootFile(route.file)) return serveRootFile(request, app, route.file);
      return route.fallback || wantsPage(request)
        ? serveFileOrAsset(request, app, route)
        : serveStatic(request, app, route.file);
    case "page":
      return servePage(request, app, route.file);
    case "info":
      return serveInfoOrListing(request, app, route.file);
    case "accessCheck":
      return serveAccessCheck(request, app);
    case "uiAsset":
      return serveUiAsset(request, app, route);
    case "oembed":
      return serveOembed(request, app);
    case "health":
      return serveHealth(request, app);
    case "clock":
      return serveClock(request, app, route);
    case "poster":
    case "thumbnail":
      return serveArtwork(request, app, route);
    case "license":
    case "key":
      return serveKeys(request, app, route);
    default:
      return serveAsset(request, app, route);
  }
}

const ROUTE_OVERHEAD_BYTES = 512;

function getRoute(rawPath: string, { routes }: App): Route {
  const cached = routes.get(rawPath);
  if (cached) return cached;
  const route = parseRoute(rawPath);
  routes.set(rawPath, route, ROUTE_OVERHEAD_BYTES + 4 * rawPath.length); // UTF-16, and again for the route
  return route;
}

/** A file takes precedence over its directory's presentation. */
async function serveFileOrAsset(
  request: HttpRequest,
  app: App,
  { file, fallback }: FileRoute<AssetRoute>,
): Promise<Response> {
  const redirect = await redirectToSlash(request, app, file);
  if (redirect) return redirect;
  if (fallback && !await resolveIfExists(app.root, file)) {
    return await serveAsset(request, app, fallback);
  }
  return await serveStatic(request, app, file);
}

function serveStatic(request: HttpRequest, app: App, file: string): Response | Promise<Response> {
  return againIfReplaced(() => serveFile(request, app, file), () => Promise.resolve());
}

async function serveInfoOrListing(request: HttpRequest, app: App, file: string): Promise<Response> {
  if (!isAssetName(app, file)) requireBrowsing(app);
  const resolved = await app.root.resolve(file);
  if (resolved.kind === "directory") return await serveListing(request, app, { file, resolved });
  return await serveAsset(request, app, { kind: "presentationInfo", file });
}

async function serveUiAsset(
  request: HttpRequest,
  app: App,
  route: UiAssetRoute,
): Promise<Response> {
  const resource = await app.pages.getAsset(request, route);
  return await app.responder.respond(request, resource);
}

function serveAsset(
  request: HttpRequest,
  app: App,
  route: AssetRoute,
): Response | Promise<Response> {
  request.category = CATEGORIES[route.kind];
  return againIfReplaced(() => serveOpenAsset(request, app, route), async (error) => {
    if (!(error instanceof IndexMismatchError)) return await app.library.recheck(route.file);
    app.library.distrustIndexes(route.file);
  });
}

/** Each try may find another file of the asset that was replaced. */
const MAX_REPLACED = 8;

/** Serves the version that replaced the one of the first try, or 404 in place of its media. */
function againIfReplaced(
  serve: () => Response | Promise<Response>,
  recheck: (error: MediaError) => Promise<void>,
): Response | Promise<Response> {
  return orElse(serve, (error) => serveAgain(error, serve, recheck));
}

async function serveAgain(
  error: unknown,
  serve: () => Response | Promise<Response>,
  recheck: (error: MediaError) => Promise<void>,
): Promise<Response> {
  let failure = error;
  for (let tries = 0; tries < MAX_REPLACED && isOutdated(failure); tries++) {
    await recheck(failure);
    try {
      return await serve();
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function isOutdated(error: unknown): error is MediaError {
  return error instanceof FileReplacedError || error instanceof IndexMismatchError;
}

function serveOpenAsset(
  request: HttpRequest,
  app: App,
  route: AssetRoute,
): Response | Promise<Response> {
  return andThen(
    app.library.open(route.file, "version" in route ? route.version : undefined),
    (opened) =>
      opened instanceof Channel
        ? respondFromChannel({ request, app, channel: opened }, route)
        : respondFromAsset({ request, app, asset: opened }, route),
  );
}
