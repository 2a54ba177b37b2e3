/** Faults in manifests of a channel whose broadcast is over, and what finds them. */

import {
  BROADCAST_GENERATORS,
  type BroadcastGenerators,
} from "../../../lib/verify/archive/broadcast_generators.ts";

type Edit = (text: string) => string;

const mpd = (edit: Edit): Partial<BroadcastGenerators> => ({
  mpd: (...args) => edit(BROADCAST_GENERATORS.mpd(...args)),
});
const playlist = (edit: Edit): Partial<BroadcastGenerators> => ({
  playlist: (broadcast, name, options) => {
    const text = BROADCAST_GENERATORS.playlist(broadcast, name, options);
    return name.startsWith("video") ? edit(text) : text;
  },
});
const multivariant = (edit: Edit): Partial<BroadcastGenerators> => ({
  multivariant: (...args) => edit(BROADCAST_GENERATORS.multivariant(...args)),
});
const iframes = (edit: Edit): Partial<BroadcastGenerators> => ({
  iframes: (...args) => edit(BROADCAST_GENERATORS.iframes(...args)),
});
const smooth = (edit: Edit): Partial<BroadcastGenerators> => ({
  smooth: (...args) => edit(BROADCAST_GENERATORS.smooth(...args)),
});

/** Removes the last segment of a playlist. */
const dropLast: Edit = (text) => text.replace(/#EXTINF:[^\n]*\n[^#\n]*\n(?=#EXT-X-ENDLIST)/, "");

export const MANIFEST_FAULTS: [
  name: string,
  generators: Partial<BroadcastGenerators>,
  expected: string,
][] = [
  ["an MPD that is no XML", mpd(() => "x"), "DASH manifest: manifest: "],
  [
    "an MPD of another type",
    mpd((it) => it.replace('"static"', '"dynamic"')),
    "DASH manifest: manifest: its type",
  ],
  [
    "another epoch",
    mpd((it) => it.replace(/(availabilityStartTime="[^"]*)\dZ/, "$19Z")),
    "DASH manifest: broadcast: ",
  ],
  [
    "another duration",
    mpd((it) => it.replace(/mediaPresentationDuration="PT\d/, "$&9")),
    "DASH manifest: duration: ",
  ],
  [
    "a Period too few",
    mpd((it) => it.replace(/<Period[^]*?<\/Period>/, "")),
    "DASH manifest: period: got Periods p2",
  ],
  [
    "another start of a Period",
    mpd((it) => it.replace('start="PT60S"', 'start="PT61S"')),
    "DASH manifest 2: period: it starts at 61",
  ],
  [
    "a Representation too few",
    mpd((it) => it.replace(/<Representation id="audio[^]*?<\/Representation>/, "")),
    "DASH manifest 1 audio: missing rendition",
  ],
  [
    "a Representation of others",
    mpd((it) => it.replace('id="audio_', 'id="other_')),
    "DASH manifest 1 other: unknown rendition",
  ],
  [
    "another timescale",
    mpd((it) => it.replace(/ timescale="\d/, "$&9")),
    "DASH manifest 1 video: timescale",
  ],
  [
    "a segment that starts later",
    mpd((it) => it.replace(/<S t="0"/, '<S t="5"')),
    "DASH manifest 1 video: missing segment: none is listed with start 0",
  ],
  [
    "a segment too many",
    mpd((it) => it.replace(/(<S [^>]*) r="(\d)"/, '$1 r="9"')),
    "DASH manifest 1 video: unknown segment",
  ],
  [
    "a segment that ends later",
    mpd((it) => it.replace(/<S t="0" d="\d/, "$&9")),
    "DASH manifest 1 video: duration: ends at",
  ],
  [
    "a URL of nothing",
    mpd((it) => it.replace("$Time$.m4s", "$Time$.mp4")),
    "DASH manifest 1 video: URL",
  ],
  [
    "another bandwidth",
    mpd((it) => it.replace(/(id="audio[^>]* bandwidth=")\d/, "$19")),
    "DASH manifest 1 audio: bandwidth: got 9",
  ],
  ["a playlist that is none", playlist(() => "x"), "HLS playlists video: manifest: "],
  [
    "another target",
    playlist((it) => it.replace(/TARGETDURATION:\d/, "TARGETDURATION:9")),
    "HLS playlists video: target duration: got 9",
  ],
  [
    "another sequence",
    playlist((it) => it.replace(/MEDIA-SEQUENCE:\d/, "MEDIA-SEQUENCE:9")),
    "HLS playlists video: ordinal: EXT-X-MEDIA-SEQUENCE is 9",
  ],
  [
    "another period",
    playlist((it) => it.replace(/DISCONTINUITY-SEQUENCE:\d/, "DISCONTINUITY-SEQUENCE:9")),
    "HLS playlists video: period: EXT-X-DISCONTINUITY-SEQUENCE is 9",
  ],
  [
    "no end",
    playlist((it) => it.replace("#EXT-X-ENDLIST\n", "")),
    "HLS playlists video: manifest: EXT-X-ENDLIST is missing",
  ],
  [
    "another type of playlist",
    playlist((it) => it.replace(":VOD", ":EVENT")),
    "HLS playlists video: manifest: EXT-X-PLAYLIST-TYPE is EVENT",
  ],
  [
    "no discontinuity",
    playlist((it) => it.replace("#EXT-X-DISCONTINUITY\n", "")),
    "HLS playlists video: period: got 1 parts, expected 2",
  ],
  [
    "another date",
    playlist((it) =>
      it.replace(/(DATE-TIME:.*)\dZ/, "$19Z").replace(/(DATE-TIME:.*)\d{3}Z/, "$1000Z")
    ),
    "HLS playlists 2 video: period: EXT-X-PROGRAM-DATE-TIME is",
  ],
  [
    "no init",
    playlist((it) => it.replace(/#EXT-X-MAP.*\n/, "")),
    "HLS playlists 2 video: manifest: EXT-X-MAP is missing",
  ],
  ["a segment too few", playlist(dropLast), "HLS playlists 2 video: missing segment: got"],
  [
    "another EXTINF",
    playlist((it) => it.replace(/EXTINF:\d/, "EXTINF:1")),
    "HLS playlists 2 video: EXTINF: got 1",
  ],
  [
    "an EXTINF that is too long",
    playlist((it) => it.replace(/EXTINF:\d/, "EXTINF:9")),
    "HLS playlists 2 video: target duration: 9 s exceed",
  ],
  [
    "another URL",
    playlist((it) => it.replace(/\d\.(m4s|ts)/, "1.$1")),
    "HLS playlists 2 video: URL",
  ],
  [
    "another BANDWIDTH",
    multivariant((it) => it.replace(/([:,]BANDWIDTH=)\d/, "$19")),
    "HLS playlists video: bandwidth: got BANDWIDTH 9",
  ],
  [
    "another AVERAGE-BANDWIDTH",
    multivariant((it) => it.replace(/(AVERAGE-BANDWIDTH=)\d/, "$19")),
    "HLS playlists video: bandwidth: got AVERAGE-BANDWIDTH 9",
  ],
  [
    "another BANDWIDTH of key frames",
    multivariant((it) => it.replace(/(I-FRAME-STREAM-INF:BANDWIDTH=)\d/, "$19")),
    "HLS playlists video: bandwidth: got BANDWIDTH 9",
  ],
  [
    "a BANDWIDTH of MPEG-TS that is far above what is sent",
    multivariant((it) => it.replace(/([:,]BANDWIDTH=)/, "$19")),
    "HLS playlists, MPEG-TS video: bandwidth: got BANDWIDTH 9",
  ],
  [
    "no playlist of key frames",
    multivariant((it) => it.replace(/#EXT-X-I-FRAME-STREAM-INF.*\n/g, "")),
    "HLS playlists: missing rendition: no playlist of key frames",
  ],
  [
    "a playlist of key frames that is of segments",
    multivariant((it) => it.replace(".iframes.m3u8", ".m3u8")),
    "HLS playlists: URL: ",
  ],
  ["a playlist of key frames that is none", iframes(() => "x"), "HLS playlists video: manifest: "],
  [
    "a playlist of segments instead of key frames",
    iframes((it) => it.replace("#EXT-X-I-FRAMES-ONLY\n", "")),
    "HLS playlists video: manifest: EXT-X-I-FRAMES-ONLY is missing",
  ],
  [
    "another sequence of key frames",
    iframes((it) => it.replace(/MEDIA-SEQUENCE:\d/, "MEDIA-SEQUENCE:9")),
    "HLS playlists video: manifest: EXT-X-MEDIA-SEQUENCE is 9",
  ],
  [
    "another target of key frames",
    iframes((it) => it.replace(/TARGETDURATION:\d/, "TARGETDURATION:9")),
    "HLS playlists video: target duration: got 9",
  ],
  [
    "a period of key frames too few",
    iframes((it) => it.replace("#EXT-X-DISCONTINUITY\n", "")),
    "HLS playlists video: period: got 1 parts of key frames",
  ],
  [
    "no init of key frames",
    iframes((it) => it.replace(/#EXT-X-MAP.*\n/, "")),
    "HLS playlists 1 video: manifest: EXT-X-MAP is missing",
  ],
  [
    "another date of key frames",
    iframes((it) => it.replace(/(DATE-TIME:.*)\d\.\d{3}Z/, "$17.777Z")),
    "HLS playlists 1 video: period: EXT-X-PROGRAM-DATE-TIME",
  ],
  ["a key frame too few", iframes(dropLast), "HLS playlists 2 video: missing segment: got 3 key"],
  [
    "another EXTINF of a key frame",
    iframes((it) => it.replace(/EXTINF:\d/, "EXTINF:1")),
    "HLS playlists 1 video: EXTINF: got 1",
  ],
  [
    "another URL of a key frame",
    iframes((it) => it.replace(/\d\.iframe\.(m4s|ts)/, "1.iframe.$1")),
    "HLS playlists 1 video: URL",
  ],
  ["a multivariant playlist that is none", multivariant(() => "x"), "HLS playlists: manifest: "],
  [
    "a URI that is none",
    multivariant((it) => it.replace(".m3u8", "%2f.m3u8")),
    "HLS playlists: URL: ",
  ],
  [
    "URIs of the window",
    multivariant((it) => it.replace(".m3u8", ".live.m3u8")),
    "HLS playlists: URL: ",
  ],
  [
    "a rendition that is not referenced",
    multivariant((it) => it.replace(/#EXT-X-MEDIA:.*\n/g, "")),
    "HLS playlists audio: missing rendition",
  ],
  ["a manifest that is no XML", smooth(() => "x"), "Smooth manifest: manifest: "],
  [
    "a manifest that is live",
    smooth((it) => it.replace("<SmoothStreamingMedia", '$& IsLive="TRUE"')),
    "Smooth manifest: manifest: IsLive is true",
  ],
  [
    "another timescale of fragments",
    smooth((it) => it.replace(/TimeScale="\d/, "$&9")),
    "Smooth manifest: timescale",
  ],
  [
    "another bitrate",
    smooth((it) => it.replace(/Bitrate="\d/, "$&9")),
    "Smooth manifest video: bandwidth: ",
  ],
  [
    "a level too few",
    smooth((it) => it.replace(/<StreamIndex Type="audio[^]*?<\/StreamIndex>/, "")),
    "Smooth manifest audio: missing rendition",
  ],
  [
    "another number of fragments",
    smooth((it) => it.replace(/Chunks="\d/, "$&9")),
    "Smooth manifest video: manifest: got Chunks",
  ],
  [
    "a fragment that starts later",
    smooth((it) => it.replace(/<c t="0"/, '<c t="5000000"')),
    "Smooth manifest video: unknown segment",
  ],
  [
    "a fragment too few",
    smooth((it) => it.replace(/<c [^>]*\/><\/StreamIndex>/, "</StreamIndex>")),
    "Smooth manifest video: missing segment: 1 are not listed at the end",
  ],
];
