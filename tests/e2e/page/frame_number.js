/** Reads the numbers that numbered_clip.ts draws into frames. */

/** Width of a bar in pixels: one for each bit, from the lowest on. */
const BAR_WIDTH = 32;

/** Luma between black and white. */
const GREY = 128;

/** Returns the number of the frame that a video shows. */
export function readFrameNumber(video) {
  const { videoWidth: width, videoHeight: height } = video;
  const bits = Math.floor(width / BAR_WIDTH);
  const canvas = new OffscreenCanvas(bits, 1).getContext("2d", { willReadFrequently: true });
  let number = 0;
  for (let bit = 0; bit < bits; bit++) {
    canvas.drawImage(video, (bit + 0.5) * width / bits, height / 2, 1, 1, bit, 0, 1, 1);
    if (canvas.getImageData(bit, 0, 1, 1).data[0] > GREY) number += 2 ** bit;
  }
  return number;
}

/** Between a frame and the current time, in seconds; a report of one further away was late for a seek, and the video shows another. */
const MAX_LAG = 5;

/** Appends the presentation time in seconds, the number, and the time on the clock of each frame that a video presents from now on. */
export function recordFrameNumbers(video, frames) {
  const record = (_, { mediaTime }) => {
    if (Math.abs(video.currentTime - mediaTime) < MAX_LAG) {
      frames.push({ time: mediaTime, number: readFrameNumber(video), at: Date.now() });
    }
    video.requestVideoFrameCallback(record);
  };
  video.requestVideoFrameCallback(record);
}
