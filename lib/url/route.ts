/** Rows of the URL table, which each protocol's `routes.ts` defines. */

/** A resource of a package, a plain media file, or a directory whose files are one presentation. */
export type AssetResource<Route> = Route & {
  /** Relative to the document root, decoded; "" is the root. */
  readonly file: string;
  /** URL in the spelling that AMS writes, relative to the request; absent if that is how the request spells it. */
  readonly ownUrl?: string;
};

/** Media of one version of an asset, whose bytes never change. */
export type VersionedResource<Route> = AssetResource<Route> & { readonly version: string };

export interface FileRoute<Fallback> {
  readonly kind: "file";
  readonly file: string;
  /** Applies where there is no such file. */
  readonly fallback?: Fallback;
}

export interface RouteRow<Route> {
  /** `<name>` is a placeholder, `*` any text. */
  readonly pattern: string;
  readonly kind: string;
  /** A directory has the resource always, or unless it has a file of that name. */
  readonly inDirectory?: "always" | "fallback" | undefined;
  parse(path: string): Route | undefined;
}

export const RENDITION_NAME = "[A-Za-z0-9_=-]+";

/** Integers have one spelling only, so that each segment has one URL. */
const PLACEHOLDERS = {
  rendition: { pattern: RENDITION_NAME, parse: String },
  stream: { pattern: "[A-Za-z0-9_-]+", parse: String },
  time: { pattern: "0|[1-9][0-9]{0,15}", parse: Number },
  number: { pattern: "0|[1-9][0-9]{0,15}", parse: Number },
  duration: { pattern: "[1-9][0-9]{0,15}", parse: Number },
  bitrate: { pattern: "[1-9][0-9]{0,15}", parse: Number },
  extension: { pattern: "aac|ac3|ec3|mp3", parse: String },
  digest: { pattern: "[^/]+", parse: String },
  name: { pattern: "[^/]+", parse: String },
  kid: { pattern: "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", parse: String },
};

type Placeholders = typeof PLACEHOLDERS;

type PlaceholderIn<Pattern extends string> = Pattern extends
  `${string}<${infer Name extends keyof Placeholders}>${infer Rest}` ? Name | PlaceholderIn<Rest>
  : never;

/** `{ kind: "cmaf", rendition: string, time: number }` for `<rendition>/<time>.m4s`. */
type ParsedValues<Pattern extends string, Kind extends string> =
  & { readonly kind: Kind }
  & {
    readonly [Name in PlaceholderIn<Pattern>]: ReturnType<Placeholders[Name]["parse"]>;
  };

/** Defines a row; `pattern` follows `<pkg>/`, or of media `<pkg>/<version>/`. */
export function defineRoute<Pattern extends string, Kind extends string>(
  pattern: Pattern,
  kind: Kind,
  { inDirectory, ignoreCase }: Pick<RouteRow<never>, "inDirectory"> & { ignoreCase?: boolean } = {},
): RouteRow<ParsedValues<Pattern, Kind>> {
  const names = [...pattern.matchAll(/<(\w+)>/g)].map(([, name]) => name as keyof Placeholders);
  const source = pattern
    .replace(/[.()]/g, "\\$&")
    .replaceAll("*", "[^/]*")
    .replace(/<(\w+)>/g, (_, name: keyof Placeholders) => `(${PLACEHOLDERS[name].pattern})`);
  const regExp = new RegExp(`^${source}$`, ignoreCase ? "i" : "");
  return {
    pattern,
    kind,
    inDirectory,
    parse(path) {
      const values = regExp.exec(path)?.slice(1);
      if (!values) return undefined;
      const route: Record<string, string | number> = { kind };
      for (const [i, name] of names.entries()) route[name] = PLACEHOLDERS[name].parse(values[i]!);
      return route as ParsedValues<Pattern, Kind>;
    },
  };
}

export function matchRoute<Route>(
  rows: readonly RouteRow<Route>[],
  path: string,
): Route | undefined {
  for (const row of rows) {
    const route = row.parse(path);
    if (route) return route;
  }
  return undefined;
}
