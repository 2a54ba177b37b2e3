/** What codecs of one kind share of their place in transport streams (13818-1). */

/** Samples that go into a stream as they are in the file. */
export const PASSTHROUGH = {
  overhead: () => ({ sample: 0, sync: 0 }),
  createConverter: () => (sample: Uint8Array) => [sample],
};

const REGISTRATION = 5;

/** registration_descriptor (13818-1 §2.6.8): whose stream type that is. */
export function registrationDescriptor(identifier: string): Uint8Array {
  const letters = Array.from(identifier, (letter) => letter.charCodeAt(0));
  return Uint8Array.of(REGISTRATION, letters.length, ...letters);
}
