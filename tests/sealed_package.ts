/** Packages of files of testdata/, sealed as if they had entity tags, and sources that count reads. */

import { join } from "@std/path";
import { buildInit } from "../lib/cmaf/init.ts";
import { buildMpd } from "../lib/dash/mpd.ts";
import { RequestError } from "../lib/errors.ts";
import { buildIframePlaylist } from "../lib/hls/iframe_playlist.ts";
import { buildMediaPlaylist } from "../lib/hls/media_playlist.ts";
import { isSupportedInTs } from "../lib/hls/mpegts_support.ts";
import { buildMultivariantPlaylist } from "../lib/hls/multivariant_playlist.ts";
import { withPages } from "../lib/mp4/samples/pages.ts";
import { type Package, parsePackage } from "../lib/package/package.ts";
import { buildPackage } from "../lib/packager/build_package.ts";
import type { OpenSource } from "../lib/presentation/open.ts";
import type { Presentation } from "../lib/presentation/presentation.ts";
import { buildSmoothManifest } from "../lib/smooth/manifest.ts";
import { openFile } from "../lib/storage/local/file.ts";

const ETAG = '"1-2"';

export interface Read {
  readonly file: string;
  readonly offset: number;
  readonly size: number;
}

/** Returns the package that `amspackager` writes of files of testdata/, with the entity tags of `createRemoteFiles()`. */
export async function buildSealedPackage(files: readonly string[]): Promise<Package> {
  const inputs = files.map((file) => ({ file, name: file, path: openPath(file) }));
  const { text } = await buildPackage({ inputs, segmentSeconds: 2, exact: false });
  const pack = parsePackage(text);
  return { ...pack, sources: pack.sources!.map((source) => ({ ...source, etag: ETAG })) };
}

function openPath(file: string): string {
  return join("testdata", file);
}

export function openLocal(file: string) {
  return openFile(openPath(file), file);
}

/** Opens files of testdata/ as remote ones, and records what is read of them. */
export function createRemoteFiles(etag: string | undefined = ETAG) {
  const reads: Read[] = [];
  const open: OpenSource = (file) => {
    const source = openLocal(file);
    return {
      name: file,
      size: source.size,
      synchronous: false,
      etag,
      async read(offset, into) {
        reads.push({ file, offset, size: into.length });
        await Promise.resolve();
        await source.read(offset, into);
      },
      close: () => source.close(),
    };
  };
  return { open, reads };
}

/** Protocols support some codecs only. */
function orReason(build: () => unknown): unknown {
  try {
    return build();
  } catch (error) {
    if (error instanceof RequestError) return error.message;
    throw error;
  }
}

/** Builds the manifests of all protocols and the init segments. */
export async function buildAll(presentation: Presentation): Promise<Record<string, unknown>> {
  const built: Record<string, unknown> = { version: presentation.version };
  const add = async (name: string, build: () => unknown) => {
    built[name] = await withPages(() => orReason(build));
  };
  await add("mpd", () => buildMpd(presentation));
  await add("hls", () => buildMultivariantPlaylist(presentation, "fmp4"));
  await add("ts", () => buildMultivariantPlaylist(presentation, "ts"));
  await add("smooth", () => buildSmoothManifest(presentation));
  for (const rendition of presentation.renditions.values()) {
    if (rendition.type === "text" || rendition.type === "image") continue;
    const { name } = rendition;
    await add(`${name} init`, () => buildInit(rendition));
    await add(name, () => buildMediaPlaylist(presentation, rendition, "fmp4"));
    const formats = isSupportedInTs(rendition) ? ["fmp4", "ts"] as const : ["fmp4"] as const;
    for (const format of formats) {
      await add(`${name} ${format}`, () => buildMediaPlaylist(presentation, rendition, format));
      if (rendition.type !== "video") continue;
      await add(`${name} ${format} I`, () => buildIframePlaylist(presentation, rendition, format));
    }
  }
  return built;
}
