/** Formats numbers and codes for display. */

const LANGUAGES = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });

const CODECS = {
  avc1: "H.264",
  avc3: "H.264",
  hvc1: "HEVC",
  hev1: "HEVC",
  av01: "AV1",
  vp08: "VP8",
  vp09: "VP9",
  dvh1: "Dolby Vision",
  dvhe: "Dolby Vision",
  dva1: "Dolby Vision",
  dvav: "Dolby Vision",
  dav1: "Dolby Vision",
  vvc1: "VVC",
  vvi1: "VVC",
  jpeg: "JPEG",
  mp4v: "JPEG",
  "ac-3": "AC-3",
  "ec-3": "E-AC-3",
  opus: "Opus",
  flac: "FLAC",
  ".mp3": "MP3",
  alac: "Apple Lossless",
  ipcm: "PCM",
  fpcm: "PCM",
  "ac-4": "AC-4",
  dtsc: "DTS",
  dtsh: "DTS-HD",
  dtsl: "DTS-HD Master Audio",
  dtse: "DTS Express",
  dtsx: "DTS:X",
  mhm1: "MPEG-H Audio",
  mha1: "MPEG-H Audio",
  iamf: "Immersive Audio",
  wvtt: "WebVTT",
};

const CHANNELS = new Map([[1, "mono"], [2, "stereo"], [6, "5.1"], [8, "7.1"]]);

/**
 * Formats `1:02:03` or `0:08`.
 *
 * @param {number} seconds
 */
export function formatDuration(seconds) {
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(s).padStart(2, "0");
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${tail}` : `${m}:${tail}`;
}

/**
 * Formats `12.345 s`, or `1:02:03.500` from one minute on.
 *
 * @param {number} seconds
 */
export function formatTime(seconds) {
  const milliseconds = Math.round(seconds * 1000);
  if (milliseconds < 60_000) return `${milliseconds / 1000} s`;
  const whole = Math.floor(milliseconds / 1000);
  return `${formatDuration(whole)}.${String(milliseconds % 1000).padStart(3, "0")}`;
}

const DATE = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

/**
 * Formats the day of a time in UTC as `30 Nov 2026`, in the time zone of the browser.
 *
 * @param {string} time as in ISO 8601
 */
export function formatDate(time) {
  return DATE.format(new Date(time));
}

/**
 * Formats `1.64 MB`.
 *
 * @param {number} bytes
 */
export function formatBytes(bytes) {
  return formatScaled(bytes, ["bytes", "kB", "MB", "GB", "TB"]);
}

/**
 * Formats bit/s as `1.64 Mbit/s`.
 *
 * @param {number} rate
 */
export function formatBitrate(rate) {
  return formatScaled(rate, ["bit/s", "kbit/s", "Mbit/s", "Gbit/s"]);
}

/**
 * @param {number} value
 * @param {string[]} units
 */
function formatScaled(value, units) {
  let step = 0;
  while (value >= 999.5 && step < units.length - 1) {
    value /= 1000;
    step++;
  }
  const digits = step === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[step]}`;
}

/**
 * Formats `1 file` or `1,200 files`.
 *
 * @param {number} count
 * @param {string} noun
 * @param {string} [plural]
 */
export function formatCount(count, noun, plural = `${noun}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? noun : plural}`;
}

/**
 * Returns the code if the language has no name.
 *
 * @param {string} code BCP 47 or ISO 639-2
 */
export function formatLanguage(code) {
  if (code === "und" || code === "") return "no language";
  try {
    return LANGUAGES.of(code) ?? code;
  } catch (error) {
    if (error instanceof RangeError) return code; // not well-formed
    throw error;
  }
}

/**
 * Returns `H.264` for `avc1.42C01E`.
 *
 * @param {string} codec
 */
export function getCodecName(codec) {
  const [entry = "", object = ""] = codec.toLowerCase().split(".");
  if (entry === "mp4a") return /^(69|6b)$/.test(object) ? "MP3" : "AAC";
  return /** @type {Record<string, string>} */ (CODECS)[entry] ?? codec;
}

/**
 * Formats `stereo`, `5.1` or `3 channels`.
 *
 * @param {number} count
 */
export function formatChannels(count) {
  return CHANNELS.get(count) ?? formatCount(count, "channel");
}

/**
 * Formats `30000/1001` as `29.97`.
 *
 * @param {string} fraction
 */
export function formatFrameRate(fraction) {
  const [frames = 0, seconds = 1] = fraction.split("/").map(Number);
  return String(Math.round(frames / seconds * 100) / 100);
}
