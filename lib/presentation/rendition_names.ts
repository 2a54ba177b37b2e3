/** Names of renditions: part of their URLs, unique in a presentation. */

import { toIso6392 } from "../language.ts";
import type { Rendition } from "./presentation.ts";

/** What a name is made of where the operator gave none. */
export type UnnamedRendition = Pick<Rendition, "type" | "language"> & { averageBandwidth: number };

/** `video_eng=400000`, `caption_fra`; the same again becomes `…_2`. What is named already keeps its name. */
export function assignNames(
  pieces: readonly (UnnamedRendition & { name: string | undefined })[],
): string[] {
  const taken = new Set(pieces.flatMap(({ name }) => name ?? []));
  const numbers = new Map<string, number>();
  return pieces.map((piece) => {
    if (piece.name !== undefined) return piece.name;
    const base = nameOf(piece);
    let name = base;
    for (let n = numbers.get(base) ?? 2; taken.has(name); n++) {
      name = `${base}_${n}`;
      numbers.set(base, n + 1);
    }
    taken.add(name);
    return name;
  });
}

function nameOf({ type, language, averageBandwidth }: UnnamedRendition): string {
  const code = toIso6392(language).replace(/[^A-Za-z0-9-]/g, "");
  return type === "text" ? `caption_${code}` : `${type}_${code}=${averageBandwidth}`;
}
