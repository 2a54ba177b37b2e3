export interface ChannelGuide {
  /** From the document root, percent-encoded. */
  readonly path: string;
  readonly key: string;
  readonly segmentDuration: number;
}

/** Where `HOST` listens for publishers: `ams --ingest`. */
const INGEST = "HOST:1935";

/** Formats how encoders publish to a channel, and what viewers open. */
export function formatChannelGuide({ path, key, segmentDuration }: ChannelGuide): string[] {
  const url = `http://${INGEST}/${path}/${key}`;
  const input = `ffmpeg -re -i INPUT -c:v libx264 -c:a aac -force_key_frames ` +
    `'expr:gte(t,n_forced*${segmentDuration})'`;
  const flags = "-movflags +frag_keyframe+delay_moov+default_base_moof";
  const utcFlags = "-movflags +cmaf+frag_keyframe+frag_discont -output_ts_offset $(date +%s.%N)";
  const send = (flags: string) => `  ${input} ${flags} -f mp4 -method POST ${url}/feed.mp4`;
  return [
    `   stream key ${key}: it is not stored, and cannot be printed again`,
    "",
    "Publish, where HOST runs ams --ingest 0.0.0.0:1935:",
    `  ${url}/feed.mp4`,
    `  ${url.replace(/\.json(?=\/[^/]*$)/i, ".isml")}/Streams(feed)`,
    "With ffmpeg:",
    send(flags),
    "With ffmpeg, and a second encoder of the same source:",
    send(utcFlags),
    "With OBS, once ams takes RTMP: server and stream key",
    `  rtmp://${INGEST}/${path.replace(/\.json$/i, "")}`,
    `  ${key}`,
    "",
    "View:",
    ...["", ".mpd", ".m3u8", "ts.m3u8", "Manifest"].map((name) => `  http://HOST/${path}/${name}`),
  ];
}
