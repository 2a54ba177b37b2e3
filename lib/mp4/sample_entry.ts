/** Sample entries (14496-12 §8.5.2): what a codec needs to decode a track's samples. */

export interface SampleEntry {
  /** The fourcc: `avc1`, `mp4a`, … */
  readonly type: string;
  /** The whole box, header included, as it stands in the file. */
  readonly bytes: Uint8Array;
  /** Bodies of the child boxes by type, the first of each; those of a QuickTime `wave` among them. */
  readonly boxes: ReadonlyMap<string, Uint8Array>;
  /** Coded size in pixels; 0 × 0 for what is not a picture. */
  readonly width: number;
  readonly height: number;
  /** As the entry says, which is often wrong: the codec's own box knows. 0 for what is not sound. */
  readonly channels: number;
  /** In Hz, under the same caution. */
  readonly sampleRate: number;
  /** Of a QuickTime sound description: 0 in ISO files, 1 or 2 in QuickTime's. */
  readonly soundVersion: number;
}
