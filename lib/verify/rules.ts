/** Names of rules, by which scripts distinguish findings (docs/verify.md). */

const SEGMENTS = [
  ...["build", "boxes", "mdat", "bytes", "size", "track", "sequence number", "edit list"],
  ...["lost sample", "repeated sample", "moved sample", "extra sample"],
  ...["decode time", "presentation time", "duration", "flags", "description", "pre-roll"],
  "content",
] as const;

const INITS = ["init", "timescale", "edit", "sample entry", "codec", "language"] as const;

const SIGNALLING = [
  ...["matrix", "sample aspect", "frame rate", "colour", "channels", "label", "role", "default"],
] as const;

const MPEGTS = [
  ...["packets", "tables", "continuity counter", "PES", "PTS", "DTS", "PCR", "random access"],
  ...["delimiter", "parameter sets", "order", "audio", "frames", "ADTS", "time tag", "slices"],
] as const;

const SUBTITLES = [
  ...["text", "lost cue", "repeated cue", "moved cue", "extra cue", "cue time", "cue text"],
  ...["time map", "style"],
] as const;

const MANIFESTS = [
  ...["manifest", "URL", "missing segment", "unknown segment", "missing rendition"],
  ...["unknown rendition", "repeated rendition", "bandwidth", "EXTINF", "target duration"],
  ...["byte range", "minBufferTime", "alignment", "key frame", "group", "rate", "configuration"],
  "metadata",
] as const;

const PROTECTION = [
  ...["protection", "subsamples", "IV", "pssh", "key line", "in the clear"],
] as const;

const ARCHIVES = [
  ...["block", "record", "checksum", "file size", "ordinal", "period", "broadcast", "counts"],
] as const;

const WARNINGS = ["warning", "unsupported", "long segment", "late start", "gap", "length"] as const;

export const RULES = [
  ...SEGMENTS,
  ...INITS,
  ...SIGNALLING,
  ...MPEGTS,
  ...SUBTITLES,
  ...MANIFESTS,
  ...PROTECTION,
  ...ARCHIVES,
  ...WARNINGS,
] as const;

export type Rule = (typeof RULES)[number];
