/** Shared parts of codec mappings to MPEG-TS. */

export const PASSTHROUGH = {
  overhead: () => ({ sample: 0, sync: 0 }),
  createConverter: () => (sample: Uint8Array) => [sample],
};

const REGISTRATION = 5;

/** ISO/IEC 13818-1 §2.6.8. */
export function registrationDescriptor(identifier: string): Uint8Array {
  const bytes = Array.from(identifier, (char) => char.charCodeAt(0));
  return Uint8Array.from([REGISTRATION, bytes.length, ...bytes]);
}
