/** Bodies that encoders push: what ffmpeg writes, and short ones of the same boxes. */

import { box, concat, u32 } from "../mp4/movie_file.ts";
import { Encoder, type Profile } from "../live/encoder.ts";

const DIRECTORY = new URL("../../testdata/", import.meta.url);

/** Of testdata/: written by ffmpeg. */
const FILES = [
  ...["frag-avc-cmaf.mp4", "frag-avc-delaymoov.mp4", "frag-avc-subgop.mp4"],
  ...["frag-avcaac-interleaved.mp4", "frag-avcaac-separate.mp4", "frag-avcaac-smooth.ismv"],
  ...["frag-avc-tfdt32.mp4", "frag-avc-negativects.mp4", "frag-aac-dash.mp4"],
];

const GOPS = 4;

/** In seconds since 1970. */
export const PUSHED_AT = 1.7e9;

/** As ffmpeg writes it with `-movflags +isml`. */
export const LIVE_MANIFEST = `<?xml version="1.0" encoding="utf-8"?>
<smil xmlns="http://www.w3.org/2001/SMIL20/Language">
<head><meta name="creator" content="Lavf59.27.100" /></head>
<body><switch>
<video systemBitrate="22002">
<param name="systemBitrate" value="22002" valuetype="data"/>
<param name="trackID" value="1" valuetype="data"/>
<param name="CodecPrivateData" value="000000016764000CACD981419F9F0110" valuetype="data"/>
<param name="FourCC" value="H264" valuetype="data"/>
</video>
<audio systemBitrate="32065">
<param name="trackID" value="2" valuetype="data"/>
<param name="SamplingRate" value="48000" valuetype="data"/>
</audio>
</switch></body></smil>`;

/** By name. */
export const PUSHED_BODIES: ReadonlyMap<string, Uint8Array> = new Map([
  ...FILES.map((name) => [name, Deno.readFileSync(new URL(name, DIRECTORY))] as const),
  ["isml", withLiveManifest(Deno.readFileSync(new URL("frag-avcaac-smooth.ismv", DIRECTORY)))],
  ...(["frag", "cmaf", "ismv"] as const).map((profile) =>
    [`encoder of ${profile}`, encode(profile)] as const
  ),
]);

function encode(profile: Profile): Uint8Array {
  const start = profile === "cmaf" ? PUSHED_AT : 0;
  const encoder = new Encoder({ profile, start, gop: 13 });
  const fragments = Array.from({ length: GOPS }, (_, i) => encoder.fragment(i));
  return concat(encoder.init, ...fragments, encoder.end);
}

/** Inserts the live manifest behind ftyp. */
function withLiveManifest(file: Uint8Array): Uint8Array {
  const uuid = Uint8Array.fromHex("a5d40b30e81411ddba2f0800200c9a66");
  const manifest = box("uuid", uuid, u32(0), new TextEncoder().encode(LIVE_MANIFEST));
  const ftypSize = new DataView(file.buffer, file.byteOffset).getUint32(0);
  return concat(file.subarray(0, ftypSize), manifest, file.subarray(ftypSize));
}
