/** Times: the only conversions between timescales (ticks per second), and UTC. */

/** Converts ticks of timescale `from` to timescale `to`, rounded half up. Exact to 2^53; BigInt is 30 times slower. */
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

/** Converts ticks of timescale `from` to timescale `to`, rounded up. Exact to 2^53. */
export function rescaleUp(value: number, from: number, to: number): number {
  const product = value * to;
  if (Math.abs(product) <= Number.MAX_SAFE_INTEGER / 4) return Math.ceil(product / from) + 0; // no -0
  const [dividend, divisor] = [BigInt(value) * BigInt(to), BigInt(from)];
  const quotient = dividend / divisor;
  return Number(dividend % divisor > 0n ? quotient + 1n : quotient);
}

/** Compares times of two timescales: negative, 0 or positive. Exact to 2^53. */
export function compareTimes(a: number, aScale: number, b: number, bScale: number): number {
  const [left, right] = [a * bScale, b * aScale];
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) return left - right;
  const difference = BigInt(a) * BigInt(bScale) - BigInt(b) * BigInt(aScale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function gcd(a: number, b: number): number {
  while (b) [a, b] = [b, a % b];
  return Math.abs(a);
}

/** Formats milliseconds since 1970 in UTC (ISO 8601): `2026-01-02T03:04:05.678Z`. */
export function formatIsoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
