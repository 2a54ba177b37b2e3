/** The grammar of URLs. Paths are read from their end, by names alone: no file is opened. */

import { RequestError } from "../errors.ts";
import { getAssetFile, hasMinimalSpelling, splitPath } from "./path.ts";
import {
  type AssetResource,
  type FileRoute,
  matchRoute,
  RENDITION_NAME,
  type RouteRow,
  type VersionedResource,
} from "./route.ts";

export interface RouteTable<Page, Path, Service, Manifest, Media> {
  /** `<pkg>/<name>` and `<directory>/<name>` */
  readonly pages: readonly RouteRow<Page>[];
  readonly paths: readonly RouteRow<Path>[];
  /** `<pkg>/<path>`, of one or two segments; their responses have no version, and caches revalidate those that they store. */
  readonly services: readonly RouteRow<Service>[];
  /** `<pkg>/<name>`, and as the row declares `<directory>/<name>` */
  readonly manifests: readonly RouteRow<Manifest>[];
  /** `<pkg>/<version>/<rendition>/<name>`, and the same in a directory */
  readonly media: readonly RouteRow<Media>[];
}

const VERSION = /^v[0-9a-f]+$/;
const RENDITION = new RegExp(`^${RENDITION_NAME}$`);

/** A BCP 47 tag, roughly. */
const LANGUAGE = "(?:[a-z]{2,8}|x)(?:-[A-Za-z0-9]{1,8})*";

/** A directory may contain files of any name, so only generated names are its own resources. */
const GENERATED_VERSION = /^v[0-9a-f]{12}$/;
const GENERATED_RENDITION = new RegExp(
  `^(?:(?:video|audio|image)_${LANGUAGE}=[0-9]+|caption_${LANGUAGE})(?:_[0-9]+)?$`,
);

/**
 * The parser takes a path as the client sent it, without query. It throws RequestError `BAD_REQUEST` for a malformed
 * path, `NOT_FOUND` for media that no asset has.
 */
export function createRouteParser<
  Page extends object,
  Path extends object,
  Service extends object,
  Manifest extends object,
  Media extends object,
>({ pages, paths, services, manifests, media }: RouteTable<Page, Path, Service, Manifest, Media>) {
  type AssetRoute = AssetResource<Manifest> | VersionedResource<Media>;
  type Route =
    | AssetResource<Page>
    | Path
    | AssetResource<Service>
    | AssetRoute
    | FileRoute<AssetRoute>;

  function parseMedia(path: RequestPath): VersionedResource<Media> | undefined {
    const { names } = path;
    const [version, rendition, name] = names.slice(-3);
    const file = getAssetFile(names.slice(0, -3));
    if (file === undefined || name === undefined || !VERSION.test(version!)) return undefined;
    const route = hasOwnEnd(path, 3) ? matchRoute(media, `${rendition}/${name}`) : undefined;
    if (route) return { ...route, file, version: version!, ...toOwnUrl(path, 3) };
    if (!RENDITION.test(rendition!)) return undefined;
    throw new RequestError(
      "NOT_FOUND",
      `Cannot find '${name}' of a rendition: expected init.mp4, <time>.m4s or another name from its manifests`,
    );
  }

  function parseAsset(path: RequestPath): Route | undefined {
    const file = getAssetFile(path.names.slice(0, -1));
    if (file === undefined) return undefined;
    const name = path.names.at(-1)!;
    const page = matchRoute(pages, name);
    if (page) return { ...page, file };
    const manifest = matchRoute(manifests, name);
    return manifest && { ...manifest, file, ...toOwnUrl(path, 1) };
  }

  /** What is not cached need not be spelled as AMS does. */
  function parseService(path: RequestPath): AssetResource<Service> | undefined {
    for (const count of [1, 2]) {
      const file = getAssetFile(path.names.slice(0, -count));
      const route = matchRoute(services, path.names.slice(-count).join("/"));
      if (file !== undefined && route && hasOwnEnd(path, count)) return { ...route, file };
    }
    return undefined;
  }

  function parseDirectory(path: RequestPath): Route | undefined {
    const { names } = path;
    const name = names.at(-1)!;
    const file = names.slice(0, -1).join("/");
    const page = matchRoute(pages, name);
    if (page) return { ...page, file };
    const resource = matchRoute(paths, names.join("/"));
    if (resource) return resource;
    const manifest = matchRoute(manifestsOfDirectories, name);
    if (manifest) return { ...manifest, file, ...toOwnUrl(path, 1) };
    const fallback = parseDirectoryMedia(path) ?? parseFallback(path);
    return fallback && { kind: "file", file: names.join("/"), fallback };
  }

  function parseDirectoryMedia(path: RequestPath): VersionedResource<Media> | undefined {
    const { names } = path;
    const [version, rendition, name] = names.slice(-3);
    if (name === undefined || !GENERATED_VERSION.test(version!)) return undefined;
    const route = hasOwnEnd(path, 3) ? matchRoute(media, `${rendition}/${name}`) : undefined;
    if (!route || !hasGeneratedName(route)) return undefined;
    return {
      ...route,
      file: names.slice(0, -3).join("/"),
      version: version!,
      ...toOwnUrl(path, 3),
    };
  }

  function parseFallback(path: RequestPath): AssetResource<Manifest> | undefined {
    const route = matchRoute(fallbacks, path.names.at(-1)!);
    if (!route || !hasGeneratedName(route)) return undefined;
    return { ...route, file: path.names.slice(0, -1).join("/"), ...toOwnUrl(path, 1) };
  }

  const manifestsOfDirectories = manifests.filter(({ inDirectory }) => inDirectory === "always");
  const fallbacks = manifests.filter(({ inDirectory }) => inDirectory === "fallback");

  return (rawPath: string): Route => {
    const names = splitPath(rawPath);
    const path = { names, rawNames: rawPath.slice(1).split("/") };
    const isOwn = hasOwnEnd(path, 1);
    const route = parseMedia(path) ?? (isOwn ? parseAsset(path) ?? parseService(path) : undefined);
    if (route) return route;
    if (names.slice(0, -1).includes("")) {
      throw new RequestError("NOT_FOUND", "Cannot find a file whose path has an empty segment");
    }
    const found = isOwn ? parseDirectory(path) : undefined;
    return found ?? { kind: "file", file: names.join("/") };
  };
}

/** Segments of a path, decoded and as the client sent them. */
interface RequestPath {
  readonly names: readonly string[];
  readonly rawNames: readonly string[];
}

/** Caches tell spellings apart, so what follows the path of an asset has a single one. */
function hasOwnEnd({ names, rawNames }: RequestPath, count: number): boolean {
  return hasMinimalSpelling(rawNames.slice(-count).join("/"), names.slice(-count).join("/"));
}

/**
 * Accepts the spelling of AMS and that of browsers and proxies: a proxy that decodes paths would redirect forever. A proxy may add a
 * prefix, and a path may have a token in it, so the URL is relative to the first segment that differs.
 */
function toOwnUrl({ names, rawNames }: RequestPath, endCount: number): { ownUrl?: string } {
  const directories = names.slice(0, -endCount);
  const own = directories.map(encodeURIComponent);
  const first = own.findIndex((name, i) => name !== rawNames[i]);
  const raw = rawNames.slice(0, -endCount).join("/");
  if (first < 0 || hasMinimalSpelling(raw, directories.join("/"))) return {};
  const steps = "../".repeat(names.length - 1 - first);
  return { ownUrl: steps + [...own.slice(first), ...rawNames.slice(-endCount)].join("/") };
}

function hasGeneratedName(route: { readonly rendition?: string }): boolean {
  return route.rendition === undefined || GENERATED_RENDITION.test(route.rendition);
}
