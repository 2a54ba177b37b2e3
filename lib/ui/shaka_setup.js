/** Sets shaka-player up, with its controls. */

import { renameClearKey } from "./key_request.js";
import { getPlayerSettings, labelControls } from "./player_settings.js";
import { RETRY_PARAMETERS } from "./retry.js";
import { iterateEmptyIndexes } from "./segment_index.js";

/**
 * @typedef {import("./libraries.js").Shaka} Shaka
 *
 * @typedef {{ audio?: string, text?: string }} PreferredLanguages BCP 47; with one of `text`, subtitles are shown
 */

/** A rendition that fails is left out so long, and others play. */
const MAX_DISABLED_SECONDS = 10;

/**
 * @param {InstanceType<Shaka["Player"]>} player
 * @param {boolean} isAllowed whether other renditions play in place of one that fails
 */
export function allowFallback(player, isAllowed) {
  player.configure("streaming.maxDisabledTime", isAllowed ? MAX_DISABLED_SECONDS : 0);
}

/** Keys of `manifests` in about.json, with the media types of the manifests */
const PROTOCOL_TYPES = /** @type {const} */ ([
  ["dash", "application/dash+xml"],
  ["hls", "application/x-mpegurl"],
  ["hlsTs", "application/x-mpegurl"],
]);

/**
 * Returns those keys of `manifests` in about.json that this browser plays, the preferred one first.
 *
 * @param {Shaka} shaka
 * @returns {Promise<string[]>}
 */
export async function findPlayableProtocols(shaka) {
  const { manifest } = await shaka.Player.probeSupport(false);
  const found = PROTOCOL_TYPES.filter(([, type]) => manifest[type]).map(([protocol]) => protocol);
  return hasAirPlay(globalThis) ? preferHls(found) : found;
}

/** @param {object} scope of the page; its browser is Safari if it has the event */
function hasAirPlay(scope) {
  return "WebKitPlaybackTargetAvailabilityEvent" in scope;
}

/**
 * Moves HLS to the front, which alone an AirPlay device plays.
 *
 * @param {readonly string[]} protocols
 */
function preferHls(protocols) {
  return [...protocols].sort((a, b) => Number(b === "hls") - Number(a === "hls"));
}

/**
 * Creates a player that reports each failure as an event `error`, and leaves it to the page to try again.
 *
 * @param {Shaka} shaka
 * @param {{
 *   element: HTMLElement,
 *   video: HTMLVideoElement,
 *   clearKeys: Record<string, string>,
 *   languages?: PreferredLanguages | undefined,
 * }} page where the controls are, and hexadecimal keys by hexadecimal KID
 */
export async function createShakaPlayer(shaka, { element, video, clearKeys, languages = {} }) {
  iterateEmptyIndexes(shaka.media.SegmentIndex);
  const player = new shaka.Player();
  player.configure({
    manifest: { retryParameters: RETRY_PARAMETERS },
    streaming: {
      retryParameters: RETRY_PARAMETERS,
      maxDisabledTime: MAX_DISABLED_SECONDS,
      failureCallback: (/** @type {unknown} */ _error) => {}, // `error` events are enough
    },
  });
  const { audio, text } = languages;
  if (audio) player.configure({ preferredAudio: [{ language: audio }] });
  if (text) player.configure({ preferredText: [{ language: text }] });
  if (Object.keys(clearKeys).length > 0) {
    player.configure({ drm: { clearKeys } });
    player.getNetworkingEngine()?.registerResponseFilter((type, response) => {
      if (type === shaka.net.NetworkingEngine.RequestType.MANIFEST) renameKeyFormats(response);
    });
  }
  const overlay = new shaka.ui.Overlay(player, element, video);
  overlay.configure(getPlayerSettings(matchMedia("(max-width: 600px)").matches));
  overlay.getControls()?.getLocalization()?.changeLocale(["en"]);
  labelControls(element);
  await player.attach(video);
  return player;
}

/** @param {{ data: ArrayBuffer | ArrayBufferView }} response of a manifest */
function renameKeyFormats(response) {
  const text = new TextDecoder().decode(/** @type {BufferSource} */ (response.data));
  if (text.startsWith("#EXTM3U")) response.data = new TextEncoder().encode(renameClearKey(text));
}

/**
 * Returns rendition names in DASH, playlist names in HLS.
 *
 * @param {InstanceType<Shaka["Player"]>} player
 */
export function getPlayingNames(player) {
  const variants = player.getVariantTracks().filter(({ active }) => active);
  const texts = player.getTextTracks().filter(({ active }) => active);
  const ids = [
    ...variants.flatMap((it) => [it.originalVideoId, it.originalAudioId]),
    ...texts.map((it) => it.originalTextId),
  ];
  return new Set(ids.filter((id) => id !== null));
}

/**
 * @typedef {{
 *   names: string[],
 *   width: number,
 *   height: number,
 *   bitrate: number,
 *   bandwidth: number,
 *   buffer: number,
 *   decoded: number,
 *   dropped: number,
 *   latency?: number,
 * }} Statistics what is playing, its declared bitrate and the estimated bandwidth in bit/s; seconds that are loaded
 *   ahead, frames since the manifest was loaded, and seconds behind what a channel broadcasts
 */

/**
 * Numbers that are not known are NaN.
 *
 * @param {InstanceType<Shaka["Player"]>} player
 * @param {HTMLVideoElement} video
 * @returns {Statistics}
 */
export function readStatistics(player, video) {
  const stats = player.getStats();
  const ahead = player.getBufferedInfo().total.find(({ start, end }) =>
    start <= video.currentTime + 0.1 && end >= video.currentTime
  );
  return {
    names: [...getPlayingNames(player)],
    width: video.videoWidth,
    height: video.videoHeight,
    bitrate: stats.streamBandwidth,
    bandwidth: stats.estimatedBandwidth,
    buffer: ahead ? ahead.end - video.currentTime : 0,
    decoded: stats.decodedFrames,
    dropped: stats.droppedFrames,
    ...player.isLive() ? { latency: stats.liveLatency } : {},
  };
}
