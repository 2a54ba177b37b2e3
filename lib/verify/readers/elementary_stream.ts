/** Reads the descriptors of `esds` (14496-1 §7.2.6). */

export interface ElementaryStreamDeclaration {
  /** objectTypeIndication; 0 without one. */
  readonly objectType: number;
  /** DecoderSpecificInfo. */
  readonly configuration: Uint8Array | undefined;
}

interface Descriptor {
  readonly tag: number;
  readonly body: Uint8Array;
}

/** @param esds body of the box */
export function readElementaryStream(esds: Uint8Array): ElementaryStreamDeclaration {
  const stream = findDescriptor(esds.subarray(4), 3) ?? new Uint8Array();
  const flags = stream[2]!; // of an empty descriptor, no bit is set
  const urlSize = flags & 0x40 ? 1 + (stream[flags & 0x80 ? 5 : 3] ?? 0) : 0;
  const start = 3 + (flags & 0x80 ? 2 : 0) + urlSize + (flags & 0x20 ? 2 : 0);
  const decoder = findDescriptor(stream.subarray(start), 4) ?? new Uint8Array();
  return { objectType: decoder[0] ?? 0, configuration: findDescriptor(decoder.subarray(13), 5) };
}

function findDescriptor(bytes: Uint8Array, tag: number): Uint8Array | undefined {
  return listDescriptors(bytes).find((descriptor) => descriptor.tag === tag)?.body;
}

/** Sizes have seven bits in each byte (14496-1 §8.3.3). */
function listDescriptors(bytes: Uint8Array): Descriptor[] {
  const found: Descriptor[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const tag = bytes[at++]!;
    let [size, byte] = [0, 128];
    for (let i = 0; i < 4 && byte >= 128; i++) {
      byte = bytes[at++] ?? 0;
      size = 128 * size + (byte & 127);
    }
    if (at + size > bytes.length) break;
    found.push({ tag, body: bytes.subarray(at, at + size) });
    at += size;
  }
  return found;
}
