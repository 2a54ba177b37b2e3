/** MPEG-TS and packed audio whose access units are samples as they are. */
export const PASSTHROUGH = {
  overhead: () => ({ sample: 0, sync: 0 }),
  createConverter: () => (sample: Uint8Array) => [sample],
};
