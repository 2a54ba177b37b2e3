/** Reads Protection System Specific Headers (23001-7 §8.1), of init segments and of manifests. */

import { listBoxes, viewBytes } from "./boxes.ts";

/** UUIDs are hexadecimal digits. */
export interface PsshDeclaration {
  readonly version: number;
  readonly systemId: string;
  readonly kids: readonly string[];
  readonly data: Uint8Array;
  /** False if the box has fewer bytes than it declares, or more. */
  readonly isWhole: boolean;
}

const UUID_SIZE = 16;

/** @param body of the box */
export function readPsshDeclaration(body: Uint8Array): PsshDeclaration {
  const view = viewBytes(body);
  const version = body[0] ?? 0;
  const readCount = (at: number) => at + 4 <= body.length ? view.getUint32(at) : 0;
  const kidsAt = 4 + UUID_SIZE + (version > 0 ? 4 : 0);
  const declared = version > 0 ? readCount(4 + UUID_SIZE) : 0;
  const count = Math.min(declared, Math.floor(Math.max(0, body.length - kidsAt) / UUID_SIZE));
  const dataAt = kidsAt + UUID_SIZE * count + 4;
  const size = readCount(dataAt - 4);
  return {
    version,
    systemId: body.subarray(4, 4 + UUID_SIZE).toHex(),
    kids: Array.from({ length: count }, (_, i) => {
      const at = kidsAt + UUID_SIZE * i;
      return body.subarray(at, at + UUID_SIZE).toHex();
    }),
    data: body.slice(dataAt, dataAt + size),
    isWhole: count === declared && body.length === dataAt + size,
  };
}

/** Returns undefined unless the bytes are one whole pssh box. */
export function readPsshBox(bytes: Uint8Array): PsshDeclaration | undefined {
  const [box, ...more] = listBoxes(bytes);
  if (box?.type !== "pssh" || more.length > 0 || box.body.length + 8 !== bytes.length) {
    return undefined;
  }
  const declaration = readPsshDeclaration(box.body);
  return declaration.isWhole ? declaration : undefined;
}
