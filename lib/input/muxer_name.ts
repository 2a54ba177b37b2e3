/** Phrases of a writer, whatever is around them: "SoundHandle", "ETI ISO Video Media Handler", "a.264#video@GPAC0.5". */
const WRITER_PHRASES: readonly RegExp[] = [
  /(?:sound|audio|vid?eo?|media|\bdia|text|subtitles?|captions?|data|meta|time ?code|hint|url|alias|visual|stream|track|iso|mp4|opus)[ _-]*handle(?:r|rs)?\b/i,
  /^handle(?:r|rs)?\b/i,
  /@gpac|\bimported with\b|\bmux(?:er|ed)\b|\bmultiplexer\b/i,
  /^dolby digital(?: plus)?\b/i,
  /\bfile (?:produced|created) (?:by|with)\b/i,
  /^(?:produced|created|generated|encoded|converted|recorded) (?:by|with|using)\b/i,
  /\.(?:aac|ac3|avi|avc|eac3|ec3|flac|flv|h26[45]|26[45]|hevc|m4[av]|mkv|mov|mp[34]|mts|opus|srt|ts|vtt|wav|webm)(?:$|[#:@]|\s+-)/i,
];

function toWords(...lists: readonly string[]): string[] {
  return lists.flatMap((list) => list.split(" "));
}

/** Words that carry no meaning for viewers where a name has no others: "GoPro AAC", "(C) 2007 Google Inc. v08.13.2007." */
const TECHNICAL_WORDS = new Set(toWords(
  "audio video sound text subtitle subtitles caption captions closed timed track tracks stream main default",
  "media data meta metadata metad handler handle handlers mono stereo surround channel channels ch time code timecode real non",
  "und unknown undefined none null coding codec codecs coded encoder encoding format file movie iso isom isomedia mp4 mov mpeg",
  "hz khz bit bits bps kbps kbit mbps kb mb s c inc corp ltd llc co by on with version release build rev dev created produced",
  "aac he lc hev1 hev2 v2 ps sbr adts latm mp4a mpeg4 avc avc1 h264 h265 x264 x265 hevc hvc1 av1 av01 vp8 vp9 prores jpeg mjpeg",
  "h x e ac ac3 eac eac3 ec ec3 ddp mp2 mp3 opus flac alac vorbis pcm lpcm wav tx3g wvtt stpp ttml vtt webvtt srt cea eia",
  "gopro met tcd sos amb dji ambarella insta360 ins garmin sony canon nikon panasonic samsung huawei xiaomi nokia android",
  "soun vide snd mdia dd xavc zoom parrot xiaoyi yi hisilicon flir twitch obs",
  "apple quicktime core coremedia itunes google youtube vimeo artax facebook instagram twitter vork tiktok bytedance telegram whatsapp",
  "ffmpeg lavf lavc libav libavformat libx264 gpac mp4box bento4 mainconcept l smash lsmash gstreamer qtmux handbrake nero shaka packager",
  "mp4v2 mp4parser isoparser subler mkvtoolnix adobe premiere avid telestream framework elemental aws mediaconvert usp alias eti",
  "wowza zencoder brightcove bitmovin harmonic ateme envivio sorenson edius movavi camtasia techsmith nvidia intel microsoft",
));

const NUMBER = /^v?\d+(?:k|hz|khz|bit|bits|bps|kbps|kbit|ch|p|i)?$/;

/** Returns true for names such as "SoundHandle", "MPEG-4 AAC" or "Stereo"; a name with any other word is a label. */
export function isMuxerName(name: string): boolean {
  if (WRITER_PHRASES.some((phrase) => phrase.test(name))) return true;
  const words = name.split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean);
  return words.every((word) => isTechnical(word) || splitCamelCase(word).every(isTechnical));
}

function isTechnical(word: string): boolean {
  const lower = word.toLowerCase();
  return TECHNICAL_WORDS.has(lower) || NUMBER.test(lower);
}

/** Splits `CoreMediaAudio`, `AVCHandler` and `Track1`. */
function splitCamelCase(word: string): string[] {
  return word.split(/(?<=\p{Ll})(?=[\p{Lu}\p{N}])|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u);
}
