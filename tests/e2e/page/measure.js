/** When pictures are shown and sounds are heard, in media time. */

import { onsets } from "./onsets.js";

/** Sound is recorded at the rate that it has in the file, so that nothing resamples it. In Hz. */
const SAMPLE_RATE = 48000;

/** Pictures stay for less. In seconds. */
const LONGEST_PICTURE = 0.1;

/**
 * The picture that a paused video shows at a time.
 *
 * @returns when it is presented, in seconds, and how light its middle is, 0 to 255
 */
export async function pictureAt(video, time) {
  const shown = presented(video, time);
  await seek(video, time);
  const mediaTime = await shown;
  const canvas = new OffscreenCanvas(1, 1).getContext("2d");
  canvas.drawImage(video, video.videoWidth / 2, video.videoHeight / 2, 1, 1, 0, 0, 1, 1);
  return { time: mediaTime, light: canvas.getImageData(0, 0, 1, 1).data[0] };
}

/** When the picture of a time is presented that is about to be seeked; one from before the seek may come first. */
async function presented(video, time) {
  for (;;) {
    const mediaTime = await new Promise((resolve) =>
      video.requestVideoFrameCallback((_, metadata) => resolve(metadata.mediaTime))
    );
    if (Math.abs(time - mediaTime) < LONGEST_PICTURE) return mediaTime;
  }
}

/** Moves to a time, in seconds, and waits until the video is there. */
export async function seek(video, time) {
  const seeked = new Promise((resolve) =>
    video.addEventListener("seeked", resolve, { once: true })
  );
  video.currentTime = time;
  await seeked;
}

/**
 * When the beep starts that is heard next after a time that lies within a beep. In seconds.
 *
 * A player that is started at a time plays from exactly that sample on, and Web Audio gets zeros before it. So the
 * first sample that is not zero is the one of that time, and the next beep is counted from there: the clocks of
 * the page and of the sound device don't matter.
 *
 * A decoder that starts in the middle lacks the block before, and may be silent for up to half a block of its own: what
 * is counted from there comes out too early, never too late. So the later of two starts half a block apart is right.
 *
 * @param starts times within one beep, in seconds
 */
export async function nextBeep(video, starts) {
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

/** How high a tone is that is playing, in Hz: its upward passages of zero in half a second. */
export async function pitch(video) {
  const samples = await record(video, SAMPLE_RATE / 2);
  return 2 * samples.filter((sample, i) => i > 0 && samples[i - 1] < 0 && sample >= 0).length;
}

let input;

/** Plays, and gives back what is heard from the first sample on that is not zero. */
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
