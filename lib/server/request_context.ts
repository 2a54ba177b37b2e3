/** What of a title a manifest shows, as the query of its URL says. */

import type { Presentation } from "../presentation/presentation.ts";
import { select } from "../selection/select.ts";
import { readManifestQuery } from "./manifest_query.ts";
import type { Built, Call } from "../http/response.ts";
import type { Site } from "./app.ts";
import type { Title } from "../library/asset.ts";

/** A request for something of a title that is in use. */
export interface Visit {
  readonly call: Call;
  readonly site: Site;
  readonly title: Title;
}

export interface View {
  readonly presentation: Presentation;
  /** What was built under this key of what is seen here; else it is built now. */
  kept(key: string, build: () => Built): Built;
}

/** @throws RequestError `BAD_REQUEST` when the query can't be read, or leaves nothing */
export function viewOf(visit: Visit): View {
  const { call, site: { library, passed }, title } = visit;
  const wish = readManifestQuery(call.rawQuery ?? "", passed);
  if (!wish) return wholeView(visit);
  const presentation = select(title.presentation, wish);
  const { mediaQuery, playlistQuery } = wish;
  if (mediaQuery !== "") return { presentation, kept: (_, build) => build() }; // each viewer has a token of their own
  const selected = (key: string) => `${key}${playlistQuery}`;
  return {
    presentation,
    kept: keeping(
      (key) => title.selected(selected(key)),
      (key, built) => library.keepSelected(title, selected(key), built),
    ),
  };
}

/** All of it, whatever the query says. */
export function wholeView({ site: { library }, title }: Visit): View {
  return {
    presentation: title.presentation,
    kept: keeping((key) => title.built.get(key), (key, built) => library.keep(title, key, built)),
  };
}

function keeping(
  find: (key: string) => Built | undefined,
  keep: (key: string, built: Built) => void,
): View["kept"] {
  return (key, build) => {
    const known = find(key);
    if (known) return known;
    const built = build();
    keep(key, built);
    return built;
  };
}
