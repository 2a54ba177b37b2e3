/** Returns the bytes of hexadecimal digits; spaces, line breaks and comments from `#` to the end of a line are ignored. */
export function hex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(text.replace(/#.*|\s/g, ""));
}
