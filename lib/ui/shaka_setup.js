/** Sets shaka-player up, with its controls. */

import { renameClearKey } from "./key_request.js";
import { getPlayerSettings, labelControls } from "./player_settings.js";
import { RETRY_PARAMETERS } from "./retry.js";

/** @typedef {import("./libraries.js").Shaka} Shaka */

/** A rendition that fails is left out so long. */
const MAX_DISABLED_SECONDS = 10;

/**
 * Returns the media types of manifests that play in this browser.
 *
 * @param {Shaka} shaka
 */
export async function probeManifestTypes(shaka) {
  const { manifest } = await shaka.Player.probeSupport(false);
  return new Set(Object.keys(manifest).filter((type) => manifest[type]));
}

/**
 * Creates a player that reports each failure as an event `error`, and leaves it to the page to try again.
 *
 * @param {Shaka} shaka
 * @param {{ element: HTMLElement, video: HTMLVideoElement, clearKeys: Record<string, string> }} page
 *   where the controls are, and hexadecimal keys by hexadecimal KID
 */
export async function createShakaPlayer(shaka, { element, video, clearKeys }) {
  const player = new shaka.Player();
  player.configure({
    manifest: { retryParameters: RETRY_PARAMETERS },
    streaming: {
      retryParameters: RETRY_PARAMETERS,
      maxDisabledTime: MAX_DISABLED_SECONDS,
      failureCallback: (/** @type {unknown} */ _error) => {}, // `error` events are enough
    },
  });
  if (Object.keys(clearKeys).length > 0) {
    player.configure({ drm: { clearKeys } });
    player.getNetworkingEngine()?.registerResponseFilter((type, response) => {
      if (type === shaka.net.NetworkingEngine.RequestType.MANIFEST) renameKeyFormats(response);
    });
  }
  const overlay = new shaka.ui.Overlay(player, element, video);
  overlay.configure(getPlayerSettings());
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
