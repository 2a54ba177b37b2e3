/** Content of a block by its number. */
export function createBlock(number: number): Uint8Array {
  return Uint8Array.from({ length: 500 }, (_, i) => i * number);
}
