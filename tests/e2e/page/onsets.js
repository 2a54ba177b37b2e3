/** Where beeps start in a sound. The page and the tests count alike. */

/** Half the level of a beep: what an encoder smears in front of it stays below. */
const LEVEL = 0.4;

/** Silence that ends a beep, longer than half its period. In seconds. */
const PAUSE = 0.01;

/**
 * Where the signal first passes the level after a pause: counts of samples. The start is taken to be after one.
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
