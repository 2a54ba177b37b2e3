/** Captures into directories that are removed. */

import { join } from "@std/path";
import type { ReadableArchive } from "../../lib/archive/file_system.ts";
import { capture, type CaptureEnvironment } from "../../lib/packager/capture.ts";
import type { CaptureOptions } from "../../lib/packager/capture_options.ts";
import { readPackage } from "../../lib/package/read_package.ts";
import { openFile } from "../../lib/storage/local/file.ts";
import { openPackage, type OpenPresentation } from "../open_presentation.ts";

export async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

export async function run(
  files: ReadableArchive,
  output: string,
  options: Partial<CaptureOptions> = {},
  environment: CaptureEnvironment = {},
): Promise<string[]> {
  const lines: string[] = [];
  const add = (text: string) => void lines.push(text);
  const input = join(output, "../none.json");
  await capture({ input, output, ...options }, { line: add, warn: add }, {
    openArchive: () => files,
    ...environment,
  });
  return lines;
}

export async function openCaptured(directory: string): Promise<OpenPresentation> {
  const open = (name: string) => openFile(join(directory, name), name);
  const source = open("video.json");
  try {
    return await openPackage(await readPackage(source), open);
  } finally {
    source.close();
  }
}
