/** Which tracks the browser decodes. */

import { getCodecName } from "./format.js";

/**
 * @typedef {import("./asset_info.js").AssetInfo} AssetInfo
 * @typedef {import("./asset_info.js").RenditionInfo} RenditionInfo
 * @typedef {Pick<RenditionInfo, "name" | "type" | "codec">} Track
 */

/**
 * Returns whether the browser decodes fragments of a track.
 *
 * @param {Track} track
 */
export function playsInBrowser({ type, codec }) {
  if (type === "text" || type === "image" || !("MediaSource" in globalThis)) return true;
  return MediaSource.isTypeSupported(`${type}/mp4; codecs="${codec}"`);
}

/**
 * Describes how a track does not play, or returns "".
 *
 * @param {RenditionInfo} rendition
 */
export function describeSupport(rendition) {
  if (playsInBrowser(rendition)) return "";
  const isMp3 = getCodecName(rendition.codec) === "MP3";
  return isMp3 && rendition.protocols.includes("hlsTs") && MediaSource.isTypeSupported("audio/mpeg")
    ? "plays in MPEG-TS only"
    : "not supported by this browser";
}

/**
 * Names the tracks because of which nothing plays: all video or all audio tracks, if the browser decodes none of them.
 *
 * @param {Track[]} tracks of an asset
 * @param {(track: Track) => boolean} playsInBrowser
 */
export function describeUndecodable(tracks, playsInBrowser) {
  const types = /** @type {const} */ (["video", "audio"]);
  const failed = types.filter((type) => {
    const same = tracks.filter((track) => track.type === type);
    return same.length > 0 && !same.some(playsInBrowser);
  });
  const all = types.filter((type) => tracks.some((track) => track.type === type));
  const names = tracks.filter(({ type }) => /** @type {string[]} */ (failed).includes(type));
  if (failed.length === all.length || failed.length === 0) {
    const codecs = [...new Set(names.map(({ codec }) => getCodecName(codec)))].join(", ");
    return `This browser supports none of the codecs${codecs ? `: ${codecs}` : ""}.`;
  }
  const list = names.map(({ name, codec }) => `${name} (${getCodecName(codec)})`).join(", ");
  return `This browser cannot decode the ${failed[0]} track${names.length > 1 ? "s" : ""} ${list}.`;
}

/**
 * Returns whether the browser decodes video of the asset, but none of its audio.
 *
 * @param {Track[]} tracks
 * @param {(track: Track) => boolean} playsInBrowser
 */
export function playsWithoutAudio(tracks, playsInBrowser) {
  const decodable = tracks.filter(playsInBrowser);
  return decodable.some(({ type }) => type === "video") &&
    !decodable.some(({ type }) => type === "audio");
}

/**
 * Returns whether the asset may play in MPEG-TS only: shaka-player passes MP3 from it to the browser in another container.
 *
 * @param {AssetInfo} about
 * @param {(track: Track) => boolean} playsInBrowser
 */
export function needsMpegTs({ manifests, renditions }, playsInBrowser) {
  const audio = renditions.filter(({ type }) => type === "audio");
  const others = renditions.filter(({ type }) => type === "video");
  return manifests.hlsTs !== undefined && !audio.some(playsInBrowser) &&
    audio.some(({ codec }) => getCodecName(codec) === "MP3") &&
    (others.length === 0 || others.some(playsInBrowser));
}
