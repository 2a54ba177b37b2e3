/** Values that manifests must declare for a stream, derived from what ffprobe reads from the source file. */

import type { Stream } from "./ffprobe.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Coded size and pixel aspect after the rotation of the display matrix. */
export function getRotatedSize(stream: Stream): Size & { readonly pixelAspect: string } {
  const { width, height, pixelAspect } = stream;
  if (!isSideways(stream)) return { width, height, pixelAspect };
  return {
    width: height,
    height: width,
    pixelAspect: pixelAspect.split(":").reverse().join(":"),
  };
}

/** Size in square pixels with the coded height, before rotation. */
export function getDisplaySize({ width, height, pixelAspect }: Stream): Size {
  const [wide, high] = pixelAspect.split(":").map(Number);
  return { width: Math.round(width * wide! / high!), height };
}

/** Size in square pixels after rotation: RESOLUTION (RFC 8216bis §4.4.6.2). */
export function formatResolution(stream: Stream): string {
  const { width, height } = getDisplaySize(stream);
  return isSideways(stream) ? `${height}x${width}` : `${width}x${height}`;
}

function isSideways({ matrix: [a, b] }: Stream): boolean {
  return Math.abs(b) > Math.abs(a);
}

/** Returns whether aspect ratios are equal: ffprobe approximates that of a matrix, `46603:32768` for `64:45`. */
export function isSameAspect(a: string, b: string): boolean {
  const [first, second] = [a, b].map((ratio) => {
    const [wide, high] = ratio.split(":").map(Number);
    return wide! / high!;
  });
  return Math.abs(first! / second! - 1) < SAME_ASPECT;
}

const SAME_ASPECT = 1e-4;

const SAME_RATE = 1e-4;

/**
 * Returns whether a rate is that of a stream. Manifests declare the mean or the nominal rate. ffprobe counts samples without
 * bytes and corrects negative durations in another way, so that the mean of an irregular stream may differ by two samples.
 */
export function isFrameRate(rate: number, stream: Stream): boolean {
  const { frameRate, baseRate, samples = Infinity } = stream;
  const isIrregular = Math.abs(frameRate / baseRate - 1) > SAME_RATE;
  const differs = (other: number, tolerance: number) => Math.abs(rate / other - 1) > tolerance;
  return !differs(frameRate, SAME_RATE) || !differs(baseRate, SAME_RATE) ||
    isIrregular && !differs(frameRate, 2 / samples);
}

/** Returns the dynamic range by Dolby Vision's compatibility, or else by transfer characteristics. */
export function getDynamicRange({ dolbyVision, colour: { transfer } }: Stream): string {
  if (dolbyVision && [0, 1, 6].includes(dolbyVision.compatibility)) return "PQ";
  if (dolbyVision?.compatibility === 4) return "HLG";
  return transfer === "smpte2084" ? "PQ" : transfer === "arib-std-b67" ? "HLG" : "SDR";
}

const PRIMARIES: Record<string, string> = {
  ...{ bt709: "1", bt470m: "4", bt470bg: "5", smpte170m: "6", smpte240m: "7", bt2020: "9" },
  ...{ smpte431: "11", smpte432: "12" },
};

const TRANSFERS: Record<string, string> = {
  ...{ bt709: "1", smpte170m: "6", "bt2020-10": "14", "bt2020-12": "15", smpte2084: "16" },
  "arib-std-b67": "18",
};

const MATRICES: Record<string, string> = {
  ...{ gbr: "0", bt709: "1", bt470bg: "5", smpte170m: "6", bt2020nc: "9", bt2020c: "10" },
  ictcp: "14",
};

/**
 * Returns the colour properties of an AdaptationSet (ISO/IEC 23091-2 by name). Sets of SDR declare none, and Dolby Vision
 * without a compatible base layer is BT.2020 with PQ, whatever its video usability information says.
 */
export function getColourProperties(stream: Stream): Record<string, string> {
  const { dolbyVision, colour: { primaries, transfer, space } } = stream;
  if (getDynamicRange(stream) === "SDR") return {};
  if (dolbyVision?.compatibility === 0) {
    return { ColourPrimaries: "9", TransferCharacteristics: "16" };
  }
  return {
    ColourPrimaries: PRIMARIES[primaries ?? ""] ?? "2",
    TransferCharacteristics: TRANSFERS[transfer ?? ""] ?? "2",
    MatrixCoefficients: MATRICES[space ?? ""] ?? "2",
  };
}

const AVC_PROFILES: Record<string, string> = {
  "Baseline": "42",
  "Constrained Baseline": "42[4-7C-F]", // constraint_set1_flag
  "Main": "4D",
  "Extended": "58",
  "High": "64",
  "High 10": "6E",
  "High 4:2:2": "7A",
  "High 4:4:4 Predictive": "F4",
};

const HEVC_PROFILES: Record<string, number> = {
  ...{ "Main": 1, "Main 10": 2, "Main Still Picture": 3, "Rext": 4 },
};

const AV1_PROFILES: Record<string, number> = { Main: 0, High: 1, Professional: 2 };

const AAC_OBJECT_TYPES: Record<string, string> = {
  ...{ "Main": "1", "LC": "2", "SSR": "3", "LTP": "4", "HE-AAC": "5", "HE-AACv2": "29" },
  "xHE-AAC": "42",
};

const OTHER_CODECS: Record<string, string> = {
  // HLS calls MP3 as hls.js and AVPlayer know it
  ...{ ac3: "ac-3", eac3: "ec-3", flac: "fLaC", opus: "Opus", mp3: "mp4a\\.(6B|69|40\\.34)" },
  mjpeg: "jpeg",
};

/** Returns whether a codecs value (RFC 6381) is that of a stream, by codec, profile and level; AVC as avc3 if it is served so. */
export function isCodecsOf(codecs: string, stream: Stream): boolean {
  return new RegExp(`^(${getCodecsPattern(stream)})$`).test(codecs);
}

function getCodecsPattern(stream: Stream): string {
  const { codec, profile = "", level = 0, dolbyVision } = stream;
  if (dolbyVision?.compatibility === 0) {
    return `(dvh1|dvhe|dva1|dvav|dav1)\\.${twoDigits(dolbyVision.profile)}\\.\\d\\d`;
  }
  switch (codec) {
    case "h264": {
      const start = AVC_PROFILES[profile] ?? "";
      const byte = level.toString(16).padStart(2, "0").toUpperCase();
      return `avc[13]\\.${start}${".".repeat(start.length > 2 ? 1 : 2)}${byte}`;
    }
    case "hevc":
      return `(hvc1|hev1)\\.${
        HEVC_PROFILES[profile]
      }\\.[0-9A-F]+\\.[LH]${level}(\\.[0-9A-F]{1,2}){0,6}`;
    case "av1":
      return `av01\\.${AV1_PROFILES[profile]}\\.${twoDigits(level)}[MH]\\.${getBitDepth(stream)}`;
    case "vp9":
      return `vp09\\.${twoDigits(Number(profile.at(-1)))}\\.\\d\\d\\.${getBitDepth(stream)}.*`;
    case "aac":
      return `mp4a\\.40\\.${AAC_OBJECT_TYPES[profile]}`;
    default:
      return OTHER_CODECS[codec] ?? "";
  }
}

/** Returns whether supplemental codecs are those of Dolby Vision with a base layer that others decode; none without it. */
export function isSupplementalOf(codecs: string | undefined, { dolbyVision }: Stream): boolean {
  if (!dolbyVision || dolbyVision.compatibility === 0) return codecs === undefined;
  const start = new RegExp(`^(dvh1|dva1|dav1)\\.${twoDigits(dolbyVision.profile)}\\.\\d\\d`);
  return start.test(codecs ?? "");
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

function getBitDepth({ pixelFormat = "" }: Stream): string {
  return twoDigits(Number(/p(\d\d)le$/.exec(pixelFormat)?.[1] ?? 8));
}

/** Layouts of ffmpeg by ChannelConfiguration (ISO/IEC 23091-3). */
const LAYOUTS: Record<string, string[]> = {
  1: ["mono"],
  2: ["stereo"],
  3: ["3.0"],
  4: ["4.0"],
  5: ["5.0", "5.0(side)"],
  6: ["5.1", "5.1(side)"],
  7: ["7.1(wide)", "7.1(wide-side)"],
  9: ["3.0(back)"],
  10: ["quad", "quad(side)"],
  11: ["6.1", "6.1(back)"],
  12: ["7.1"],
};

/** Bits of Dolby's channel configuration (ETSI TS 102 366 table E.1) that stand for two channels. */
const DOLBY_PAIRS = 0x0674;

/** Returns whether a value of AudioChannelConfiguration is that of a stream. */
export function isChannelConfiguration(scheme: string, value: string, stream: Stream): boolean {
  const { channels, layout = "" } = stream;
  if (scheme === "urn:mpeg:mpegB:cicp:ChannelConfiguration") {
    return (LAYOUTS[value] ?? []).includes(layout);
  }
  if (scheme === "tag:dolby.com,2014:dash:audio_channel_configuration:2011") {
    const bits = parseInt(value, 16);
    const count = (mask: number) => (bits & mask).toString(2).replaceAll("0", "").length;
    return count(0xFFFF) + count(DOLBY_PAIRS) === channels;
  }
  return Number(value) === channels; // urn:mpeg:dash:23003:3:audio_channel_configuration:2011
}

/**
 * Returns whether a BCP 47 tag is the language of a stream. ffprobe reads ISO 639-2 from mdhd and no extended language (elng), so
 * that regions and scripts are beyond it.
 */
export function isLanguage(tag: string, { language = "und" }: Stream): boolean {
  const [primary] = tag.split("-");
  return Intl.getCanonicalLocales(primary!)[0] === Intl.getCanonicalLocales(language)[0];
}
