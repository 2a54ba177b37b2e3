/** Measures when frames are shown and beeps are heard, in media time. */

import { onsets } from "./onsets.js";

/** Sample rate of the file, so that the recording is not resampled. In Hz. */
const SAMPLE_RATE = 48000;

/** Longer than any frame, in seconds. */
const MAX_FRAME_DURATION = 0.1;

/**
 * Reads the frame that a paused video shows at a time.
 *
 * @returns presentation time in seconds, and brightness of the center, 0 to 255
 */
export async function getFrameAt(video, time) {
  const shown = waitForFrame(video, time);
  await seek(video, time);
  const mediaTime = await shown;
  const canvas = new OffscreenCanvas(1, 1).getContext("2d");
  canvas.drawImage(video, video.videoWidth / 2, video.videoHeight / 2, 1, 1, 0, 0, 1, 1);
  return { time: mediaTime, light: canvas.getImageData(0, 0, 1, 1).data[0] };
}

/** Resolves with the presentation time of the frame at the time of a seek; a frame from before the seek may come first. */
async function waitForFrame(video, time) {
  for (;;) {
    const mediaTime = await new Promise((resolve) =>
      video.requestVideoFrameCallback((_, metadata) => resolve(metadata.mediaTime))
    );
    if (Math.abs(time - mediaTime) < MAX_FRAME_DURATION) return mediaTime;
  }
}

/** Seeks to a time in seconds, and waits for the end of the seek. */
export async function seek(video, time) {
  const seeked = new Promise((resolve) =>
    video.addEventListener("seeked", resolve, { once: true })
  );
  video.currentTime = time;
  await seeked;
}

/**
 * Returns the start time of the next beep after a time within a beep. In seconds.
 *
 * A player plays from exactly the sample at which it starts, and Web Audio receives zeros before it. The first nonzero
 * sample is therefore the one of the start time, and the next beep is measured from there, independent of the clocks of
 * the page and the audio device.
 *
 * A decoder that starts in the middle lacks the previous block, and may output up to half a block of silence. The result
 * is then too early, never too late. The later of two starts half a block apart is exact.
 *
 * @param starts times within one beep, in seconds
 */
export async function findNextBeep(video, starts) {
  const times = [];
  for (const start of starts) times.push(await nextBeepFrom(video, start));
  return Math.max(...times);
}

async function nextBeepFrom(video, start) {
  video.pause();
  await seek(video, start);
  const [, next] = onsets(await record(video, Math.ceil(1.1 * SAMPLE_RATE)), SAMPLE_RATE);
  return start + next / SAMPLE_RATE;
}

/** Measures the frequency of a tone in Hz by its upward zero crossings in half a second. */
export async function measurePitch(video) {
  const samples = await record(video, SAMPLE_RATE / 2);
  return 2 * samples.filter((sample, i) => i > 0 && samples[i - 1] < 0 && sample >= 0).length;
}

let input;

/** Plays, and records from the first nonzero sample on. */
async function record(video, count) {
  input ??= await recorder(video);
  const samples = new Float32Array(count);
  let length = 0;
  const full = new Promise((resolve) => {
    input.port.onmessage = ({ data }) => {
      const start = length === 0 ? data.findIndex((sample) => sample !== 0) : 0;
      if (start < 0 || length === count) return;
      const part = data.subarray(start, start + count - length);
      samples.set(part, length);
      length += part.length;
      if (length === count) resolve();
    };
  });
  await video.play();
  await full;
  video.pause();
  return samples;
}

async function recorder(video) {
  const context = new AudioContext({ sampleRate: SAMPLE_RATE });
  await context.audioWorklet.addModule("recorder.js");
  const node = new AudioWorkletNode(context, "recorder", { numberOfOutputs: 0 });
  context.createMediaElementSource(video).connect(node);
  await context.resume();
  return node;
}
