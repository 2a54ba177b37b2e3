/** Reads the moov of a media file. */

import { MediaError } from "../../errors.ts";
import { readBytes } from "../../storage/source.ts";
import type { Source } from "../../storage/source.ts";
import { readHeader, viewBytes } from "./boxes.ts";

const MAX_HEADER_SIZE = 16;

/** Returns the body of the first moov. @throws MediaError without one */
export async function readSourceMoov(source: Source): Promise<Uint8Array> {
  for (let offset = 0; offset + 8 <= source.size;) {
    const read = Math.min(MAX_HEADER_SIZE, source.size - offset);
    const view = viewBytes(await readBytes(source, offset, read));
    const { type, headerSize, size } = readHeader(view, 0, source.size - offset);
    if (size < headerSize || offset + size > source.size && type === "moov") break;
    if (type === "moov") return await readBytes(source, offset + headerSize, size - headerSize);
    offset += size;
  }
  throw new MediaError("Cannot find a moov box").inFile(source.name);
}
