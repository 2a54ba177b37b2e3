/** Reads the codec string of VVC from its configuration (14496-15 §11.2.4.2, annex E.6). */

/** RFC 4648 §6. */
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** @param vvcc body of the box: version and flags, then the record */
export function readVvcCodec(type: string, vvcc: Uint8Array): string {
  const [, ols = 0, more = 0, , bytes = 0, profile = 0, level = 0] = vvcc.subarray(4);
  const sublayers = more >> 4 & 7;
  const end = 11 + (bytes & 63);
  const constraints = vvcc.subarray(11, end);
  const present = sublayers > 1 ? vvcc[end] ?? 0 : 0;
  const subsAt = end + (sublayers > 1 ? 1 : 0) + present.toString(2).replaceAll("0", "").length;
  const subs = vvcc.subarray(subsAt + 1, subsAt + 1 + 4 * (vvcc[subsAt] ?? 0)).toHex();
  const olsIndex = ols * 2 + (more >> 7);
  return [
    type,
    `${profile >> 1}`,
    `${profile & 1 ? "H" : "L"}${level}`,
    ...constraints.length ? [`C${toBase32(constraints)}`] : [],
    ...subs ? [`S${subs.match(/.{8}/g)!.map(trimZeros).join("+")}`] : [],
    ...olsIndex ? [`O${olsIndex}+${sublayers - 1}`] : [],
  ].join(".");
}

function trimZeros(digits: string): string {
  return digits.toUpperCase().replace(/^0+(?=.)/, "");
}

/** Without zeros at the end, of which one digit remains where there is nothing else. */
function toBase32(bytes: Uint8Array): string {
  const hex = bytes.toHex().replace(
    /(?:00)+$/,
    (zeros, at: number) => at % 2 ? zeros.slice(1) : "",
  );
  if (hex === "") return "A";
  const count = Math.ceil(hex.length * 4 / 5);
  let rest = BigInt(`0x${hex}`) << BigInt(count * 5 - hex.length * 4);
  let text = "";
  for (let i = 0; i < count; i++, rest >>= 5n) text = DIGITS[Number(rest & 31n)] + text;
  return text;
}
