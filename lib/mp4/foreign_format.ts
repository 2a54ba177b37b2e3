import { formatFfmpegCommand } from "../ffmpeg_command.ts";
import {
  type ForeignContent,
  probeFlv,
  probeMatroska,
  probeOgg,
  probeTs,
  toBinaryText,
} from "./foreign_content.ts";

/** Bytes from the start of a file that suffice to recognize a format, and to find the codecs in it. */
export const FOREIGN_SIGNATURE_SIZE = 1024;
export const FOREIGN_PROBE_SIZE = 65536;

interface Format {
  readonly name: string;
  readonly matches: (bytes: Uint8Array) => boolean;
  /** Undefined for formats without audio and video. */
  readonly probe?: (bytes: Uint8Array) => ForeignContent;
  /** True for a single stream, which needs no mapping. */
  readonly isRaw?: boolean;
  /** ffmpeg options before `-i`. */
  readonly inputOptions?: string;
  /** Further ffmpeg options before the output. */
  readonly outputOptions?: string;
}

const ENCODE_BOTH = () => ({ video: false, audio: false, isGuess: true });
const ENCODE_AUDIO = () => ({ audio: false });
const COPY_AUDIO = () => ({ audio: true });
const COPY_VIDEO = () => ({ video: true });
/** Copies lose the order of frames, since there are no presentation times (in AVI neither). */
const ENCODE_VIDEO = () => ({ video: false });

const FORMATS: readonly Format[] = [
  { name: "WebM", matches: (bytes) => isEbml(bytes, "webm"), probe: probeMatroska },
  { name: "Matroska", matches: (bytes) => isEbml(bytes, ""), probe: probeMatroska },
  {
    name: "MPEG-TS",
    matches: (bytes) => isTs(bytes, 0, 188),
    probe: (bytes) => probeTs(bytes, 0, 188),
  },
  {
    name: "M2TS",
    matches: (bytes) => isTs(bytes, 4, 192),
    probe: (bytes) => probeTs(bytes, 4, 192),
  },
  { name: "FLV", matches: startsWith("FLV\x01"), probe: probeFlv },
  { name: "AVI", matches: isRiff("AVI "), probe: ENCODE_BOTH },
  {
    name: "ASF (WMV, WMA)",
    matches: startsWith("\x30\x26\xB2\x75\x8E\x66\xCF\x11"),
    probe: ENCODE_BOTH,
  },
  { name: "MPEG-PS", matches: startsWith("\0\0\x01\xBA"), probe: ENCODE_BOTH },
  { name: "MXF", matches: startsWith("\x06\x0E\x2B\x34"), probe: ENCODE_BOTH },
  { name: "RealMedia", matches: startsWith(".RMF"), probe: ENCODE_BOTH },
  { name: "Ogg", matches: startsWith("OggS"), probe: probeOgg },
  { name: "WAV", matches: isRiff("WAVE"), probe: ENCODE_AUDIO },
  { name: "WAV (RF64)", matches: startsWith("RF64"), probe: ENCODE_AUDIO },
  {
    name: "AIFF",
    matches: (bytes) => /^FORM....AIF[FC]/s.test(toBinaryText(bytes, 12)),
    probe: ENCODE_AUDIO,
  },
  { name: "CAF", matches: startsWith("caff"), probe: ENCODE_AUDIO },
  { name: "AMR", matches: startsWith("#!AMR"), probe: ENCODE_AUDIO },
  {
    name: "FLAC",
    matches: startsWith("fLaC"),
    probe: COPY_AUDIO,
    outputOptions: "-strict -2",
  },
  { name: "MP3", matches: startsWith("ID3"), probe: COPY_AUDIO },
  { name: "raw DTS", matches: startsWith("\x7F\xFE\x80\x01"), isRaw: true, probe: ENCODE_AUDIO },
  { name: "raw AC-3 or E-AC-3", matches: startsWith("\x0B\x77"), isRaw: true, probe: COPY_AUDIO },
  {
    name: "raw AAC (ADTS)",
    matches: ([a, b = 0]) => a === 0xFF && (b & 0xF6) === 0xF0,
    isRaw: true,
    probe: COPY_AUDIO,
  },
  {
    name: "MP3",
    matches: ([a, b = 0]) => a === 0xFF && (b & 0xE6) === 0xE2,
    probe: COPY_AUDIO,
  },
  {
    name: "raw HEVC",
    matches: isHevc,
    isRaw: true,
    probe: ENCODE_VIDEO,
    inputOptions: "-framerate 25",
  },
  {
    name: "raw H.264",
    matches: isAvc,
    isRaw: true,
    probe: ENCODE_VIDEO,
    inputOptions: "-framerate 25",
  },
  { name: "raw MPEG video", matches: startsWith("\0\0\x01\xB3"), isRaw: true, probe: ENCODE_VIDEO },
  { name: "raw AV1", matches: startsWith("\x12\0"), isRaw: true, probe: COPY_VIDEO },
  { name: "AV1 in IVF", matches: isIvf("AV01"), isRaw: true, probe: COPY_VIDEO },
  { name: "VP9 in IVF", matches: isIvf("VP90"), isRaw: true, probe: COPY_VIDEO },
  { name: "IVF", matches: startsWith("DKIF"), isRaw: true, probe: ENCODE_VIDEO },
  { name: "YUV4MPEG2", matches: startsWith("YUV4MPEG2"), isRaw: true, probe: ENCODE_VIDEO },
  { name: "a JPEG image", matches: startsWith("\xFF\xD8\xFF") },
  { name: "a PNG image", matches: startsWith("\x89PNG") },
  { name: "a GIF image", matches: startsWith("GIF8") },
  { name: "a WebP image", matches: isRiff("WEBP") },
  { name: "Flash", matches: (bytes) => /^[FCZ]WS/.test(toBinaryText(bytes, 3)) },
  { name: "PDF", matches: startsWith("%PDF") },
  { name: "a ZIP archive", matches: startsWith("PK\x03\x04") },
  { name: "a gzip file", matches: startsWith("\x1F\x8B") },
  { name: "an HLS playlist", matches: isText(/^#EXTM3U/) },
  { name: "HTML", matches: isText(/^<(?:!doctype html|html)/i) },
  { name: "XML", matches: isText(/^<(?:\?xml|[A-Za-z])/) },
  { name: "JSON", matches: isText(/^\{\s*"/) },
  { name: "WebVTT", matches: isText(/^WEBVTT/) },
  { name: "SubStation Alpha subtitles", matches: isText(/^\[Script Info\]/i) },
];

/**
 * Returns what a file is that is no MP4, with the command that converts it: "Cannot read Matroska, expected MP4: …". Returns ""
 * for an unknown format.
 *
 * @param bytes `FOREIGN_PROBE_SIZE` from the start, or all
 */
export function describeForeignFormat(bytes: Uint8Array, file: string): string {
  const format = FORMATS.find(({ matches }) => matches(bytes));
  if (!format) return "";
  const { name, probe } = format;
  const sentence = `Cannot read ${name}, expected MP4`;
  return probe ? `${sentence}: ${describeConversion(format, probe(bytes), file)}` : sentence;
}

const ENCODE_AS_AVC = "-c:v libx264 -pix_fmt yuv420p";

function describeConversion(
  { isRaw, inputOptions = "", outputOptions = "" }: Format,
  content: ForeignContent,
  file: string,
): string {
  const { video, audio } = content;
  const copies = video !== false && audio !== false;
  const codecs = [
    video === undefined ? "" : video ? "-c:v copy" : ENCODE_AS_AVC,
    audio === undefined ? "" : audio ? "-c:a copy" : "-c:a aac",
  ];
  const options = [isRaw ? "" : mapStreams(content), ...copies ? ["-c copy"] : codecs];
  const command = formatFfmpegCommand(file, {
    options: [...options, outputOptions].filter(Boolean).join(" "),
    extension: ".mp4",
    inputOptions,
  });
  return `\`${command}\` converts it${copies ? " without re-encoding" : ""}`;
}

/** Omits subtitles and data, which MP4 may not contain. ffmpeg fails if a stream is missing, except with `?`. */
function mapStreams({ video, audio, isGuess }: ForeignContent): string {
  const isUnknown = isGuess || video === undefined && audio === undefined;
  if (isUnknown) return "-map 0:v? -map 0:a?";
  return video === undefined ? "-map 0:a" : "-map 0:v -map 0:a?";
}

function startsWith(text: string): (bytes: Uint8Array) => boolean {
  return (bytes) => toBinaryText(bytes, text.length) === text;
}

function isRiff(type: string): (bytes: Uint8Array) => boolean {
  return (bytes) => /^RIFF....(.{4})/s.exec(toBinaryText(bytes, 12))?.[1] === type;
}

/** @param docType in the EBML header (RFC 9559 §4) */
function isEbml(bytes: Uint8Array, docType: string): boolean {
  const header = toBinaryText(bytes, 64);
  return header.startsWith("\x1A\x45\xDF\xA3") && header.includes(docType);
}

function isTs(bytes: Uint8Array, start: number, stride: number): boolean {
  const offsets = [0, 1, 2, 3].map((packet) => start + packet * stride);
  const present = offsets.filter((offset) => offset < bytes.length);
  return present.length > 1 && present.every((offset) => bytes[offset] === 0x47);
}

function isIvf(fourCC: string): (bytes: Uint8Array) => boolean {
  return (bytes) => toBinaryText(bytes, 12) === `DKIF\0\0\x20\0${fourCC}`;
}

/** Ignores a byte order mark and white space. */
function isText(pattern: RegExp): (bytes: Uint8Array) => boolean {
  return (bytes) => pattern.test(toBinaryText(bytes, 64).replace(/^\xEF\xBB\xBF/, "").trimStart());
}

/** Returns the bytes of the first NAL unit of a byte stream (annex B). */
function getFirstNal(bytes: Uint8Array): Uint8Array | undefined {
  const start = bytes[2] === 1 ? 3 : bytes[2] === 0 && bytes[3] === 1 ? 4 : 0;
  return bytes[0] === 0 && bytes[1] === 0 && start > 0 ? bytes.subarray(start) : undefined;
}

/** The first NAL unit is a parameter set, a delimiter or SEI, in the base layer (23008-2 §7.4.2.2). */
function isHevc(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = getFirstNal(bytes) ?? [];
  const type = first >> 1;
  return type >= 32 && type <= 39 && second === 1;
}

/** The first NAL unit is a slice of an IDR, SEI, a parameter set or a delimiter (14496-10 table 7-1). */
function isAvc(bytes: Uint8Array): boolean {
  const [first = 0] = getFirstNal(bytes) ?? [];
  return first < 128 && [5, 6, 7, 8, 9].includes(first & 31);
}
