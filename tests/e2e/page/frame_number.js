/** Reads the numbers that numbered_clip.ts draws into frames. */

/** Bars of a frame, from the lowest bit on. */
const BITS = 10;

/** Luma between black and white. */
const GREY = 128;

/** Returns the number of the frame that a video shows. */
export function readFrameNumber(video) {
  const canvas = new OffscreenCanvas(BITS, 1).getContext("2d", { willReadFrequently: true });
  const { videoWidth: width, videoHeight: height } = video;
  let number = 0;
  for (let bit = 0; bit < BITS; bit++) {
    canvas.drawImage(video, (bit + 0.5) * width / BITS, height / 2, 1, 1, bit, 0, 1, 1);
    if (canvas.getImageData(bit, 0, 1, 1).data[0] > GREY) number += 2 ** bit;
  }
  return number;
}

/** Appends the presentation time in seconds and the number of each frame that a video presents from now on. */
export function recordFrameNumbers(video, frames) {
  const record = (_, { mediaTime }) => {
    frames.push({ time: mediaTime, number: readFrameNumber(video) });
    video.requestVideoFrameCallback(record);
  };
  video.requestVideoFrameCallback(record);
}
