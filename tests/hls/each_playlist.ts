/** Tests of a rule on every playlist of every title of tests/sample_presentations.ts, in both forms. */

import { assert } from "@std/assert";
import type { SegmentFormat } from "../../lib/hls/m3u8.ts";
import type { Presentation } from "../../lib/presentation/presentation.ts";
import { FORMS, type Named, type Playlists, playlistsOf } from "../playlists.ts";
import { openTitle, TITLE_NAMES } from "../sample_presentations.ts";

export interface Title extends Playlists {
  readonly presentation: Presentation;
  readonly form: SegmentFormat;
}

const titles = new Map<string, Title>();

Deno.test.beforeAll(async () => {
  for (const name of TITLE_NAMES) {
    const presentation = await openTitle(name);
    for (const form of FORMS) {
      const offered = form === "fmp4" || [...presentation.renditions.values()]
        .some(({ type, ...rest }) => type !== "text" && "codec" in rest && rest.codec.mpegTs);
      if (!offered) continue;
      titles.set(`${name}, ${form}`, { presentation, form, ...playlistsOf(presentation, form) });
    }
  }
});

Deno.test.afterAll(() => {
  for (const { presentation } of titles.values()) presentation.close();
});

/** A rule that the multivariant playlist has a part in. */
export function rule(name: string, check: (title: Title) => void): void {
  Deno.test(`multivariant() keeps ${name}`, () => everyTitle(check));
}

/** A rule of the playlists of renditions. */
export function mediaRule(name: string, check: (playlist: Named, title: Title) => void): void {
  Deno.test(`mediaPlaylist() keeps ${name}`, () =>
    everyTitle((title) => {
      for (const [uri, playlist] of title.media) named(uri, () => check(playlist, title));
    }));
}

function everyTitle(check: (title: Title) => void): void {
  assert(titles.size > TITLE_NAMES.length);
  for (const [title, playlists] of titles) named(title, () => check(playlists));
}

function named(what: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    (error as Error).message = `${what}: ${(error as Error).message}`;
    throw error;
  }
}
