/** Reads sample entries (14496-12 §8.5.2), of ISO and of QuickTime. */

import { listBoxes, viewBytes } from "./boxes.ts";

export interface EntryDeclaration {
  readonly type: string;
  /** 0 unless visual. */
  readonly width: number;
  readonly height: number;
  /** 0 unless audio. */
  readonly channels: number;
  /** That of a SamplingRateBox (14496-12 §12.2.4) if there is one. */
  readonly sampleRate: number;
  /** Bodies of child boxes, the first of each type, with those in a `wave`. */
  readonly boxes: ReadonlyMap<string, Uint8Array>;
}

type Fields = Omit<EntryDeclaration, "type" | "boxes"> & { readonly boxesAt: number };

const NO_FIELDS = { width: 0, height: 0, channels: 0, sampleRate: 0 };

const VISUAL_FIELDS_SIZE = 78;
const AUDIO_FIELDS_SIZE = 28;

/** @param stsd body of the box */
export function readSampleDescription(stsd: Uint8Array, handler: string): EntryDeclaration[] {
  const isoVersion = stsd[0] ?? 0;
  return listBoxes(stsd, 8).map(({ type, body }) => {
    const { boxesAt, ...fields } = readFields(body, handler, isoVersion);
    const children = listBoxes(body, boxesAt);
    const nested = children.filter((box) => box.type === "wave").flatMap((box) =>
      listBoxes(box.body)
    );
    const boxes = new Map(
      [...children, ...nested].reverse().map((box) => [box.type, box.body.slice()]), // views would retain the moov
    );
    const rate = boxes.get("srat");
    const sampleRate = rate && rate.length >= 8 ? viewBytes(rate).getUint32(4) : fields.sampleRate;
    return { type, ...fields, sampleRate, boxes };
  });
}

function readFields(body: Uint8Array, handler: string, isoVersion: number): Fields {
  const view = viewBytes(body);
  if (["vide", "pict", "auxv"].includes(handler) && body.length >= VISUAL_FIELDS_SIZE) {
    const [width, height] = [view.getUint16(24), view.getUint16(26)];
    return { ...NO_FIELDS, width, height, boxesAt: VISUAL_FIELDS_SIZE };
  }
  if (handler === "soun" && body.length >= AUDIO_FIELDS_SIZE) return readAudio(view, isoVersion);
  return { ...NO_FIELDS, boxesAt: body.length };
}

/** Version 1 of QuickTime has four more fields; version 2 has others, and the size of all of them. */
function readAudio(view: DataView, isoVersion: number): Fields {
  const version = isoVersion === 0 ? view.getUint16(8) : 0;
  if (version === 2 && view.byteLength >= 64) {
    const [sampleRate, channels] = [view.getFloat64(32), view.getUint32(40)];
    return { ...NO_FIELDS, sampleRate, channels, boxesAt: Math.max(64, view.getUint32(28) - 8) };
  }
  return {
    ...NO_FIELDS,
    channels: view.getUint16(16),
    sampleRate: view.getUint32(24) / 65536,
    boxesAt: AUDIO_FIELDS_SIZE + (version === 1 ? 16 : 0),
  };
}
