import { assertEquals } from "@std/assert";
import { isMuxerName } from "../../lib/input/muxer_name.ts";

/** Names that help a viewer. */
const labels = [
  "English",
  "English Forced",
  "Director's commentary",
  "Français (VFQ)",
  "Audio Description",
  "5.1 Dolby Surround",
  "Stereo, for headphones",
  "日本語",
  "हिन्दी",
  "Original",
  "Music and Effects",
  "Commentary by the director, produced by Studio 5",
  "The Dog Handler",
  "Apple Tree (audio description)",
  "Googly Eyes commentary",
  "Captions (SDH)",
  "English AAC",
  "Main hall",
  "mic",
];

/** Names that cameras, muxers and encoders write by default, as found in files, and words without meaning. */
const names = [
  "",
  "#1",
  // ffmpeg, MPEG4Writer of Android, shaka-packager, GStreamer
  "SoundHandler",
  "VideoHandler",
  "SubtitleHandler",
  "ClosedCaptionHandler",
  "DataHandler",
  "TimeCodeHandler",
  "AudioHandler",
  "OpusHandler",
  "SoundHandle",
  "VideoHandle",
  "TextMetaHandle",
  "MetadHandle",
  // QuickTime and AVFoundation
  "Apple Sound Media Handler",
  "Apple Alias Data Handler",
  "Alias Data Handler",
  "Time Code Media Handler",
  "hint media handler",
  "dia Handler",
  "Core Media Audio",
  "Core Media Data Handler",
  "QuickTime Text Media Handler",
  // cameras
  "GoPro AAC",
  "GoPro H.265",
  "GoPro MET",
  "GoPro SOS",
  "DJI.AVC",
  "DJI.AAC",
  "DJI meta",
  "Ambarella AAC",
  "INS.AAC",
  "Non-Real Time Metadata",
  "Parrot AVC",
  "XAVC",
  "Zoom Audio",
  // types of handlers and codecs
  "soun",
  "vide",
  "AVCHandler",
  "Dolby Digital Plus",
  "DD+ 5.1",
  // services
  "ISO Media file produced by Google Inc. Created on: 01/01/2024.",
  "IsoMedia File Produced by Google, 5-11-2011",
  "(C) 2007 Google Inc. v08.13.2007.",
  "Vimeo Artax Video Handler",
  "Twitter-vork muxer",
  "Bytedance Inc.",
  // muxers and encoders
  "GPAC ISO Audio Handler",
  "Imported with GPAC 0.4.6",
  "mp4.264#video@GPAC0.5.1-DEV-rev4972",
  "film_track2.aac:lang=en - Imported with GPAC 0.5.0",
  "audio.aac#trackID=1",
  "Bento4 Sound Handler",
  "Mainconcept MP4 Sound Media Handler",
  "#Mainconcept MP4 Sound Media Handler",
  "L-SMASH Audio Handler",
  "USP Sound Handler",
  "ETI ISO Audio Media Handler",
  "Acme Sound Media Handler",
  "Nero AAC Audio",
  "GStreamer AAC",
  // codecs and channel layouts
  "AAC Audio",
  "AAC audio",
  "MPEG-4 AAC",
  "MPEG-4 AAC LC 48 kHz",
  "H.264/AVC video",
  "AC-3",
  "E-AC-3 5.1",
  "HE-AAC v2",
  "mp4a",
  "Opus",
  "Stereo",
  "stereo 2.0",
  "Surround 5.1",
  "2 channels",
  "Track 1",
  "Track1",
  "sound",
  "default",
  "Timed Text",
  "Closed Captions",
];

for (const name of labels) {
  Deno.test(`isMuxerName() returns false for "${name}"`, () =>
    assertEquals(isMuxerName(name), false));
}

for (const name of names) {
  Deno.test(`isMuxerName() returns true for "${name}"`, () =>
    assertEquals(isMuxerName(name), true));
}
