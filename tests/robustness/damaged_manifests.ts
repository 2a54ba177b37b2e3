/** Damaged manifests that encoders push: MPDs and playlists. */

import { assert } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import type { PushedManifest } from "../../lib/live/manifests/pushed_manifest.ts";
import { parsePushedMpd } from "../../lib/live/manifests/pushed_mpd.ts";
import { parsePushedPlaylist } from "../../lib/live/manifests/pushed_playlist.ts";
import { buildPushedMpd } from "../live/manifests/pushed_files.ts";
import { damageText } from "./damage.ts";
import type { Prng } from "./prng.ts";
import { damageTokens } from "./text_damage.ts";

const MPDS = [
  buildPushedMpd({ languages: ["und", "fra"] }),
  buildPushedMpd({ isStatic: true }),
  '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="dynamic"><BaseURL>p/</BaseURL><Period id="1">' +
  '<AdaptationSet lang="en"><Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/><Label>a</Label>' +
  '<SegmentTemplate initialization="$RepresentationID$/i.mp4" media="$RepresentationID$/$$$Time$-$Number%05d$-$Bandwidth$.m4s"/>' +
  '<Representation id="v" bandwidth="1000"><BaseURL>q/</BaseURL></Representation>' +
  '<Representation id="w" bandwidth="2000"/></AdaptationSet></Period></MPD>',
];

const PLAYLISTS = [
  '#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-MAP:URI="init.mp4"\n' +
  "#EXTINF:2.000000,\nseg7.m4s\n#EXTINF:2.000000,\nseg8.m4s\n#EXT-X-ENDLIST\n",
  "#EXTM3U\n#EXT-X-VERSION:7\n" +
  '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Français",DEFAULT=YES,LANGUAGE="fr",URI="fra.m3u8"\n' +
  '#EXT-X-STREAM-INF:BANDWIDTH=1000,CODECS="avc1.64001f",AUDIO="a"\nvideo.m3u8\n',
];

const PATHS = ["init.mp4", "seg9.m4s", "v/i.mp4", "p/q/v/$7-00001-1000.m4s", "../x", ""];

/** Returns false if it is rejected. */
export function readDamagedMpd(prng: Prng): boolean {
  return readDamaged(prng, MPDS, parsePushedMpd);
}

/** Returns false if it is rejected. */
export function readDamagedPlaylist(prng: Prng): boolean {
  return readDamaged(prng, PLAYLISTS, (text) => parsePushedPlaylist(text, "video.m3u8"));
}

function readDamaged(
  prng: Prng,
  texts: readonly string[],
  parse: (text: string) => PushedManifest,
): boolean {
  const [bytes, donor] = [prng.pick(texts), prng.pick([...MPDS, ...PLAYLISTS])]
    .map((text) => new TextEncoder().encode(text)) as [Uint8Array, Uint8Array];
  const damaged = prng.below(2) === 0
    ? damageText(bytes.slice(), prng)
    : damageTokens(bytes, donor, prng);
  try {
    const { streams, declarations } = parse(new TextDecoder().decode(damaged.bytes));
    assert(streams.length + declarations.size <= damaged.bytes.length);
    for (const { name, isInit, isSegment, isExpected } of streams) {
      assert(/^[A-Za-z0-9_=-]{1,90}$/.test(name), `name ${name}`);
      for (const path of PATHS) {
        for (const matches of [isInit, isSegment, isExpected]) matches(path);
      }
    }
    return true;
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    return false;
  }
}
