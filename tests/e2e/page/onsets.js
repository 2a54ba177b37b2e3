/** Finds the starts of beeps in audio, for the page and the tests. */

/** Half the level of a beep: pre-echo of the encoder stays below. */
const LEVEL = 0.4;

/** Silence that ends a beep, longer than half its period. In seconds. */
const PAUSE = 0.01;

/**
 * Finds the samples at which the signal exceeds the level after a pause. A pause is assumed before the first sample.
 *
 * @param {Float32Array} samples
 * @param {number} sampleRate in Hz
 * @returns {number[]}
 */
export function onsets(samples, sampleRate) {
  /** @type {number[]} */
  const found = [];
  let last = -Infinity;
  samples.forEach((sample, i) => {
    if (Math.abs(sample) < LEVEL) return;
    if (i - last > PAUSE * sampleRate) found.push(i);
    last = i;
  });
  return found;
}
