/** How shaka-player's controls look and what they offer. */

/** Smaller first, as its menu lists them so. */
const RATES = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 4];

/** No receiver, no document of its own for picture in picture: both would load or style what our policy refuses. */
export function settings() {
  return {
    controlPanelElements: [
      "play_pause",
      "mute_volume",
      "time_and_duration",
      "spacer",
      "captions",
      "picture_in_picture",
      "overflow_menu",
      "fullscreen",
    ],
    overflowMenuButtons: ["quality", "language", "captions", "playback_rate", "picture_in_picture"],
    contextMenuElements: ["statistics", "loop", "picture_in_picture", "save_video_frame"],
    playbackRates: RATES,
    playbackRateSliderMin: 0.25,
    playbackRateSliderMax: 4,
    castReceiverAppId: "",
    documentPictureInPicture: { enabled: false },
    seekBarColors: { played: "rgb(77, 163, 255)" },
  };
}
