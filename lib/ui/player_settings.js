/** Configuration of shaka-player's controls. */

const RATES = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 4];

const CONTROLS = [
  "play_pause",
  "mute_volume",
  "time_and_duration",
  "spacer",
  "captions",
  "picture_in_picture",
  "remote",
  "overflow_menu",
  "fullscreen",
];

const MENU = ["quality", "language", "playback_rate"];

/** Where all controls do not fit, these are in the menu, and without a volume bar. */
const NARROW_CONTROLS = [
  "play_pause",
  "mute",
  "time_and_duration",
  "spacer",
  "remote",
  "overflow_menu",
  "fullscreen",
];

const NARROW_MENU = ["captions", "picture_in_picture", ...MENU];

/**
 * The content security policy forbids `documentPictureInPicture`, and the script of Cast, which is on another host: `remote` uses the
 * browser's own Cast or AirPlay instead (Remote Playback API), and is hidden where there is no device.
 *
 * @param {boolean} isNarrow on phones and in small frames
 */
export function getPlayerSettings(isNarrow) {
  return {
    controlPanelElements: isNarrow ? NARROW_CONTROLS : CONTROLS,
    topControlPanelElements: [],
    overflowMenuButtons: isNarrow ? NARROW_MENU : MENU,
    contextMenuElements: ["statistics", "loop", "picture_in_picture", "save_video_frame"],
    playbackRates: RATES,
    playbackRateSliderMin: 0.25,
    playbackRateSliderMax: 4,
    castReceiverAppId: "",
    documentPictureInPicture: { enabled: false },
    seekBarColors: { played: "rgb(77, 163, 255)" },
  };
}

/**
 * Adds ARIA names and roles that shaka-player 5.2 lacks.
 *
 * @param {HTMLElement} box
 */
export function labelControls(box) {
  const set = (
    /** @type {string} */ selector,
    /** @type {string} */ name,
    /** @type {string} */ value,
  ) => box.querySelector(selector)?.setAttribute(name, value);
  set(".shaka-playback-rate-slider", "aria-label", "Speed");
  set(".shaka-overflow-menu", "role", "group");
  set(".shaka-playback-rates", "role", "group");
  set(".shaka-playback-rate-presets", "role", "menu");
  for (const back of box.querySelectorAll(".shaka-sub-menu[role=menu] > :first-child")) {
    back.setAttribute("role", "menuitem");
  }
  removeRedundantLabels(box);
  const changes = { subtree: true, attributeFilter: ["aria-label"] };
  new MutationObserver(() => removeRedundantLabels(box)).observe(box, changes); // shaka-player sets it again
}

/**
 * These labels hide the more specific text of their buttons.
 *
 * @param {HTMLElement} box
 */
function removeRedundantLabels(box) {
  const labelled = ".shaka-overflow-menu > button, .shaka-back-to-overflow-button";
  for (const button of box.querySelectorAll(labelled)) button.removeAttribute("aria-label");
}
