import { quoteForShell } from "../ffmpeg_command.ts";
import { DEFAULT_CHANNELS_DIRECTORY } from "../library/channel_paths.ts";

export interface ChannelGuide {
  /** From the document root, percent-encoded. */
  readonly path: string;
  readonly key: string;
  readonly segmentDuration: number;
}

/** Where `HOST` listens for publishers: `ams --ingest`. */
const INGEST = "HOST:1935";

/** Where `HOST` listens for publishers over TLS: `ams --ingest-tls`. */
const INGEST_TLS = "HOST:1936";

/** Formats how encoders publish to a channel, and what viewers open. */
export function formatChannelGuide(guide: ChannelGuide): string[] {
  const { path, key } = guide;
  const ams = `ams${formatChannelsOption(path)}`;
  return [
    `   stream key ${key}: it is not stored, and cannot be printed again`,
    "",
    `Publish, where HOST runs ${ams} --ingest 0.0.0.0:1935:`,
    ...Object.values(createPublishingUrls(guide)).map((url) => `  ${url}`),
    `With TLS, where HOST runs ${ams} --ingest-tls 0.0.0.0:1936:`,
    `  https and rtmps instead of http and rtmp, ${INGEST_TLS} instead of ${INGEST}`,
    "With OBS and the service Custom: server and stream key",
    `  rtmp://${INGEST}/${getRtmpPath(path)}`,
    `  ${key}`,
    ...formatFfmpegLines(guide),
    "",
    `View, where HOST runs ${ams} -p 80:`,
    ...["", ".mpd", ".m3u8", "ts.m3u8", "Manifest"].map((name) => `  http://HOST/${path}/${name}`),
  ];
}

/** Returns the option for a directory of channels with another name, such as ` --channels tv`; else "". */
function formatChannelsOption(path: string): string {
  const [directory, ...below] = path.split("/").map(decodeURIComponent);
  if (below.length === 0 || directory === DEFAULT_CHANNELS_DIRECTORY) return "";
  return ` --channels ${quoteForShell(directory!)}`;
}

/** Channels of RTMP have no extension. */
function getRtmpPath(path: string): string {
  return path.replace(/\.json$/i, "");
}

function createPublishingUrls({ path, key }: ChannelGuide) {
  const url = `http://${INGEST}/${path}/${key}`;
  return {
    mp4: `${url}/feed.mp4`,
    smooth: `${url.replace(/\.json(?=\/[^/]*$)/i, ".isml")}/Streams(feed)`,
    dash: `${url}/feed.mpd`,
    hls: `${url}/feed.m3u8`,
    rtmp: `rtmp://${INGEST}/${getRtmpPath(path)}/${key}`,
  };
}

/** Command lines for each protocol, with what they are for. The shell would split the URL of Smooth Streaming at its parentheses. */
function formatFfmpegLines(guide: ChannelGuide): string[] {
  const { mp4, smooth, dash, hls, rtmp } = createPublishingUrls(guide);
  const seconds = guide.segmentDuration;
  const input = `ffmpeg -re -i INPUT -c:v libx264 -c:a aac -force_key_frames ` +
    `'expr:gte(t,n_forced*${seconds})'`;
  const utc = "-movflags +cmaf+frag_keyframe+frag_discont -output_ts_offset $(date +%s.%N)";
  const outputs = {
    "RTMP": `-f flv ${rtmp}`,
    "fragmented MP4":
      `-movflags +frag_keyframe+delay_moov+default_base_moof -f mp4 -method POST ${mp4}`,
    "CMAF whose times are UTC, also from a second encoder of the same source":
      `${utc} -f mp4 -method POST ${mp4}`,
    "DASH":
      `-f dash -seg_duration ${seconds} -window_size 5 -ignore_io_errors 1 -method PUT ${dash}`,
    "HLS":
      `-f hls -hls_time ${seconds} -hls_segment_type fmp4 -ignore_io_errors 1 -method PUT ${hls}`,
    "Smooth Streaming": `-movflags +isml+frag_keyframe -f ismv -method POST '${smooth}'`,
  };
  return Object.entries(outputs).flatMap(([name, output]) => [
    `With ffmpeg, ${name}:`,
    `  ${input} ${output}`,
  ]);
}
