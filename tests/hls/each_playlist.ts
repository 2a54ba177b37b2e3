/** Tests of a rule on every playlist of every title of tests/sample_presentations.ts, in both forms. */

import { assert } from "@std/assert";
import type { SegmentFormat } from "../../lib/hls/m3u8.ts";
import type { Presentation } from "../../lib/presentation/presentation.ts";
import {
  buildPlaylists,
  type MediaPlaylist,
  type Playlists,
  SEGMENT_FORMATS,
} from "../playlists.ts";
import { openSample, PRESENTATION_NAMES } from "../sample_presentations.ts";

export interface Title extends Playlists {
  readonly presentation: Presentation;
  readonly form: SegmentFormat;
}

const titles = new Map<string, Title>();

Deno.test.beforeAll(async () => {
  for (const name of PRESENTATION_NAMES) {
    const presentation = await openSample(name);
    for (const form of SEGMENT_FORMATS) {
      const offered = form === "fmp4" || [...presentation.renditions.values()]
        .some(({ type, ...rest }) => type !== "text" && "codec" in rest && rest.codec.mpegTs);
      if (!offered) continue;
      titles.set(`${name}, ${form}`, { presentation, form, ...buildPlaylists(presentation, form) });
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
export function mediaRule(
  name: string,
  check: (playlist: MediaPlaylist, title: Title) => void,
): void {
  Deno.test(`mediaPlaylist() keeps ${name}`, () =>
    everyTitle((title) => {
      for (const [uri, playlist] of title.media) named(uri, () => check(playlist, title));
    }));
}

function everyTitle(check: (title: Title) => void): void {
  assert(titles.size > PRESENTATION_NAMES.length);
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
