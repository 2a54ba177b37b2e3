/** Tests of a rule on every playlist of the presentations of tests/sample_presentations.ts, and of protected ones, in both segment formats. */

import { assert } from "@std/assert";
import type { SegmentFormat } from "../../lib/hls/m3u8.ts";
import type { OpenPresentation } from "../open_presentation.ts";
import {
  buildPlaylists,
  type MediaPlaylist,
  type Playlists,
  SEGMENT_FORMATS,
} from "../playlists.ts";
import { openProtected, type ProtectionOptions } from "../protected_presentations.ts";
import { openSample, PRESENTATION_NAMES } from "../sample_presentations.ts";
import { LADDER } from "./protected_ladder.ts";

export interface TestAsset extends Playlists {
  readonly presentation: OpenPresentation;
  readonly format: SegmentFormat;
}

const assets = new Map<string, TestAsset>();

const PROTECTED: readonly ProtectionOptions[] = [
  { scheme: "cbcs", per: "resolution" },
  { scheme: "cenc" },
  { scheme: "aes-128", servesKeys: true },
];

async function* openAll(): AsyncGenerator<[name: string, OpenPresentation, isInTs: boolean]> {
  for (const name of PRESENTATION_NAMES) {
    const presentation = await openSample(name);
    const isInTs = [...presentation.renditions.values()]
      .some(({ type, ...rest }) => type !== "text" && "codec" in rest && rest.codec.mpegTs);
    yield [name, presentation, isInTs];
  }
  for (const options of PROTECTED) {
    const { scheme } = options;
    yield [`protected, ${scheme}`, await openProtected(LADDER, options), scheme === "aes-128"];
  }
}

Deno.test.beforeAll(async () => {
  for await (const [name, presentation, isInTs] of openAll()) {
    for (const format of isInTs ? SEGMENT_FORMATS : ["fmp4"] as const) {
      assets.set(`${name}, ${format}`, {
        presentation,
        format,
        ...buildPlaylists(presentation, format),
      });
    }
  }
});

Deno.test.afterAll(() => {
  for (const { presentation } of assets.values()) presentation.close();
});

/** Defines a test of a rule that involves the multivariant playlist. */
export function rule(name: string, check: (asset: TestAsset) => void): void {
  Deno.test(`buildMultivariantPlaylist() conforms to ${name}`, () => forEachAsset(check));
}

/** Defines a test of a rule for media playlists. */
export function mediaRule(
  name: string,
  check: (playlist: MediaPlaylist, asset: TestAsset) => void,
): void {
  Deno.test(`buildMediaPlaylist() conforms to ${name}`, () =>
    forEachAsset((asset) => {
      for (const [uri, playlist] of asset.media) withName(uri, () => check(playlist, asset));
    }));
}

function forEachAsset(check: (asset: TestAsset) => void): void {
  assert(assets.size > PRESENTATION_NAMES.length);
  for (const [asset, playlists] of assets) withName(asset, () => check(playlists));
}

function withName(what: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    (error as Error).message = `${what}: ${(error as Error).message}`;
    throw error;
  }
}
