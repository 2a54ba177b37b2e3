import { toShortTag } from "../language.ts";
import type { Rendition } from "./presentation.ts";

export type UnnamedRendition = Pick<Rendition, "type" | "language"> & { averageBandwidth: number };

/** Returns names for URLs: the given one, else `video_eng=400000` or `caption_pt-BR`, with `_2` if that is taken. */
export function assignNames(
  renditions: readonly (UnnamedRendition & { name: string | undefined })[],
): string[] {
  const taken = new Set(renditions.flatMap(({ name }) => name ?? []));
  const numbers = new Map<string, number>();
  return renditions.map((rendition) => {
    if (rendition.name !== undefined) return rendition.name;
    const base = buildName(rendition);
    let name = base;
    for (let n = numbers.get(base) ?? 2; taken.has(name); n++) {
      name = `${base}_${n}`;
      numbers.set(base, n + 1);
    }
    taken.add(name);
    return name;
  });
}

function buildName({ type, language, averageBandwidth }: UnnamedRendition): string {
  const code = toShortTag(language);
  return type === "text" ? `caption_${code}` : `${type}_${code}=${averageBandwidth}`;
}
