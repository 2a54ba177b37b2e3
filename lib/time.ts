/** Times: integers in a timescale (ticks a second), and the one rule by which they are rounded. */

/**
 * `value` ticks of timescale `from`, in ticks of timescale `to`, rounded half up. Exact to 2^53: where the product of
 * value and timescale would not be, whole seconds are taken apart, and BigInt (30 times slower) is the last resort.
 */
export function rescale(value: number, from: number, to: number): number {
  if (from === to) return value;
  if (Math.abs(value * to) <= Number.MAX_SAFE_INTEGER / 4) return divideRounded(value * to, from);
  const rest = (value % from + from) % from;
  if (rest * to <= Number.MAX_SAFE_INTEGER / 4) {
    return (value - rest) / from * to + divideRounded(rest * to, from);
  }
  const [v, f, t] = [BigInt(value), BigInt(from), BigInt(to)];
  const doubled = 2n * v * t + f;
  const quotient = doubled / (2n * f);
  return Number(doubled % (2n * f) < 0n ? quotient - 1n : quotient);
}

function divideRounded(dividend: number, divisor: number): number {
  return Math.floor(dividend / divisor + 0.5);
}

/** The first tick of timescale `to` that is not before `value` ticks of timescale `from`. */
export function rescaleUp(value: number, from: number, to: number): number {
  const product = value * to;
  if (Math.abs(product) <= Number.MAX_SAFE_INTEGER / 4) return Math.ceil(product / from) + 0; // no -0
  const [dividend, divisor] = [BigInt(value) * BigInt(to), BigInt(from)];
  const quotient = dividend / divisor;
  return Number(dividend % divisor > 0n ? quotient + 1n : quotient);
}

/** Less than, equal to or greater than 0 as `a` ticks of `aScale` stand to `b` ticks of `bScale`. */
export function compareTimes(a: number, aScale: number, b: number, bScale: number): number {
  const [left, right] = [a * bScale, b * aScale];
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) return left - right;
  const difference = BigInt(a) * BigInt(bScale) - BigInt(b) * BigInt(aScale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Greatest common divisor of two integers that are not both 0. */
export function gcd(a: number, b: number): number {
  while (b) [a, b] = [b, a % b];
  return Math.abs(a);
}
