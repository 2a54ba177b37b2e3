/** Reads what media declares about its streams with ffprobe. */

/** Stream of a file, or of init segment and segment. Undefined values are those that ffprobe does not know. */
export interface Stream {
  /** Of the track in MP4. */
  readonly id: number;
  readonly type: string;
  /** Name of ffmpeg: `h264`. */
  readonly codec: string;
  /** Type of the sample entry in MP4. */
  readonly tag: string;
  readonly profile: string | undefined;
  readonly level: number | undefined;
  readonly width: number;
  readonly height: number;
  /** Before cropping. */
  readonly codedWidth: number;
  readonly codedHeight: number;
  /** `1:1` if unknown. */
  readonly pixelAspect: string;
  /** Number of frames over their duration. */
  readonly frameRate: number;
  /** Lowest rate of which the times of all frames are multiples. */
  readonly baseRate: number;
  readonly fieldOrder: string | undefined;
  readonly pixelFormat: string | undefined;
  readonly colour: Colour;
  /** a, b, c, d of the display matrix (14496-12 §6.2.2) without its scale, which the pixel aspect contains. */
  readonly matrix: readonly [a: number, b: number, c: number, d: number];
  readonly dolbyVision: { readonly profile: number; readonly compatibility: number } | undefined;
  /** Mastering display and content light level of the sample entry (`mdcv`, `clli`) as JSON; "" without. */
  readonly entryHdr: string;
  /** Mastering display and content light level of the first frame that has them, from SEI messages or metadata OBUs. */
  readonly frameHdr: string;
  readonly channels: number;
  readonly layout: string | undefined;
  readonly sampleRate: number;
  /** ISO 639-2. */
  readonly language: string | undefined;
  /** Enabled in its track header. */
  readonly isDefault: boolean;
  /** Presentation time in seconds, as are the following. */
  readonly start: number | undefined;
  readonly duration: number | undefined;
  readonly packetDuration: number;
  /** Number of frames by which decoding precedes presentation. */
  readonly reorderDepth: number;
  /** Number of samples, which an edit list may leave out. */
  readonly samples: number | undefined;
}

/** Names of ffmpeg: `bt709`. */
export interface Colour {
  readonly range: string | undefined;
  readonly space: string | undefined;
  readonly transfer: string | undefined;
  readonly primaries: string | undefined;
}

/** Packets that are read for values of packets and frames: some of each stream, even where the others start a second before. */
const PACKETS = 80;

const ARGUMENTS = [
  ...["-v", "error", "-show_streams", "-of", "json", "-read_intervals", `%+#${PACKETS}`],
  ...["-show_entries", "packet=stream_index,duration_time:frame=stream_index,side_data_list"],
  ...["-show_entries", "frame_side_data"],
];

/** Processes at a time. */
const MAX_PROCESSES = 2;
let free = MAX_PROCESSES;
const waiting: (() => void)[] = [];

/**
 * Reads the streams of a file, or of bytes.
 *
 * @param input path, or bytes
 * @returns none if ffprobe cannot read it
 */
export async function probe(input: string | Uint8Array): Promise<Stream[]> {
  if (free > 0) free--;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    const { streams = [], "packets_and_frames": parts = [] } = await runFfprobe(input);
    return streams.map((stream, i) =>
      readStream(stream, parts.filter(({ stream_index }) => stream_index === i))
    );
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free++;
  }
}

interface Report {
  readonly streams?: Fields[];
  readonly "packets_and_frames"?: Fields[];
}

// deno-lint-ignore no-explicit-any -- JSON of another program
type Fields = Record<string, any>;

async function runFfprobe(input: string | Uint8Array): Promise<Report> {
  const isPath = typeof input === "string";
  const process = new Deno.Command("ffprobe", {
    args: [...ARGUMENTS, isPath ? input : "pipe:0"],
    stdin: isPath ? "null" : "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  if (!isPath) {
    const bytes = new Blob([input as Uint8Array<ArrayBuffer>]);
    bytes.stream().pipeTo(process.stdin).catch(() => {}); // ffprobe ends before it has read everything
  }
  const { stdout } = await process.output();
  return JSON.parse(new TextDecoder().decode(stdout) || "{}");
}

function readStream(stream: Fields, parts: readonly Fields[]): Stream {
  const sideData: Fields[] = stream["side_data_list"] ?? [];
  const dolby = sideData.find(({ dv_profile }) => dv_profile !== undefined);
  const packets = parts.filter(({ type }) => type === "packet");
  return {
    id: Number(stream["id"]),
    type: stream["codec_type"],
    codec: stream["codec_name"] ?? "",
    tag: stream["codec_tag_string"],
    profile: stream["profile"],
    level: stream["level"],
    width: stream["width"] ?? 0,
    height: stream["height"] ?? 0,
    codedWidth: stream["coded_width"] ?? 0,
    codedHeight: stream["coded_height"] ?? 0,
    pixelAspect: stream["sample_aspect_ratio"] ?? "1:1",
    frameRate: divide(stream["avg_frame_rate"]),
    baseRate: divide(stream["r_frame_rate"]),
    fieldOrder: stream["field_order"],
    pixelFormat: stream["pix_fmt"],
    colour: {
      range: stream["color_range"],
      space: stream["color_space"],
      transfer: stream["color_transfer"],
      primaries: stream["color_primaries"],
    },
    matrix: readMatrix(sideData),
    dolbyVision: dolby && {
      profile: dolby["dv_profile"],
      compatibility: dolby["dv_bl_signal_compatibility_id"],
    },
    entryHdr: readHdr(sideData),
    frameHdr: readHdr(parts.flatMap(({ side_data_list }) => side_data_list ?? [])),
    channels: stream["channels"] ?? 0,
    layout: stream["channel_layout"],
    sampleRate: Number(stream["sample_rate"] ?? 0),
    language: stream["tags"]?.["language"],
    isDefault: stream["disposition"]?.["default"] === 1,
    start: toNumber(stream["start_time"]),
    duration: toNumber(stream["duration"]),
    packetDuration: Math.max(0, ...packets.map((packet) => Number(packet["duration_time"] ?? 0))),
    reorderDepth: stream["has_b_frames"] ?? 0,
    samples: toNumber(stream["nb_frames"]),
  };
}

function toNumber(value: string | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/** Returns 0 for `0/0`. */
function divide(fraction = "0/0"): number {
  const [n, d] = fraction.split("/").map(Number);
  return d ? n! / d : 0;
}

/** Omits the translation, which depends on the size in the track header and changes nothing that is shown. */
function readMatrix(sideData: readonly Fields[]): Stream["matrix"] {
  const text = sideData.find(({ displaymatrix }) => displaymatrix)?.["displaymatrix"] ?? "";
  const rows = [...text.matchAll(/^\d+:\s+(-?\d+)\s+(-?\d+)/gm)].slice(0, 2);
  if (rows.length === 0) return [1, 0, 0, 1];
  return rows.flatMap(([, first, second]) => {
    const length = Math.hypot(Number(first), Number(second)) || 1;
    return [Number(first) / length, Number(second) / length];
  }) as unknown as Stream["matrix"];
}

const HDR = ["Mastering display metadata", "Content light level metadata"];

function readHdr(sideData: readonly Fields[]): string {
  const found = HDR.flatMap((type) => sideData.find((one) => one["side_data_type"] === type) ?? []);
  return found.length > 0 ? JSON.stringify(found) : "";
}
