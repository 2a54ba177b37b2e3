/** Bytes that `findImageType()` needs. */
export const IMAGE_SIGNATURE_SIZE = 8;

const SIGNATURES = [
  { type: "image/jpeg", bytes: [0xFF, 0xD8, 0xFF] },
  { type: "image/png", bytes: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] },
] as const;

export type ImageType = typeof SIGNATURES[number]["type"];

/** Returns the media type of an image by its first bytes (ISO/IEC 10918-1 §B.1.1.3, PNG §5.2); undefined for other formats. */
export function findImageType(start: Uint8Array): ImageType | undefined {
  return SIGNATURES.find(({ bytes }) => bytes.every((byte, i) => start[i] === byte))?.type;
}
