/** Opens local files. */

import { MediaError, RequestError } from "../../errors.ts";
import type { Source } from "../source.ts";
import type { OpenOptions, StoredFile } from "../storage.ts";
import { Devices } from "./devices.ts";
import { type FileStatus, type OpenMode, WITHOUT_CLOCK } from "./file_system.ts";
import { LocalFile } from "./local_file.ts";
import { isAtPath, isAtPathAsync } from "./opened_path.ts";

interface Opening {
  readonly path: string;
  readonly name: string;
  readonly devices: Devices;
  readonly mode: OpenMode;
  readonly growing?: boolean | undefined;
  readonly internal?: boolean | undefined;
  readonly resolved?: StoredFile | undefined;
}

const BLOCKING = new Devices(WITHOUT_CLOCK);

/** Another file may replace the one at the path while it is opened, which is no reason to refuse it. */
const ATTEMPTS = 3;

/**
 * Opens a regular file with blocking calls. Follows links.
 *
 * @throws MediaError `MEDIA_MISSING` if the file does not exist, `MEDIA_READ` if it is not regular or not readable
 */
export function openFile(path: string, name: string): Source {
  return openBlocking({ path, name, devices: BLOCKING, mode: "followLinks" });
}

/**
 * Opens a regular file by its real path. Returns a promise if its device is slow.
 *
 * @throws MediaError `MEDIA_MISSING` or `MEDIA_READ` as `openFile()`; RequestError `FORBIDDEN` if the system denies access,
 *   or a link has replaced a part of the path
 */
export function openFileOn(
  devices: Devices,
  path: string,
  { name, growing, internal, resolved }: OpenOptions & { readonly name: string },
): Source | Promise<Source> {
  const opening: Opening = { path, name, devices, mode: "noLink", growing, internal, resolved };
  return devices.isSlow(path) ? openAsync(opening) : openBlocking(opening);
}

function openBlocking(opening: Opening): Source {
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const source = openAtPath(opening);
      if (source) return source;
    }
    throw moved(opening);
  } catch (error) {
    throw toOpenError(error, opening);
  }
}

/** Returns nothing if another file is at the path now. */
function openAtPath(opening: Opening): Source | undefined {
  const { path, devices, mode, internal } = opening;
  const { system } = devices;
  const since = system.now();
  const fd = system.openSync(path, mode);
  try {
    const status = system.fstatSync(fd);
    const source = createLocalFile(fd, opening, status);
    source.device.record(since, 0); // the checks are many calls that rarely wait for the device
    if (mode === "followLinks" || isAtPath(system, { path, internal, status })) return source;
  } catch (error) {
    system.closeSync(fd);
    throw error;
  }
  system.closeSync(fd);
  return undefined;
}

async function openAsync(opening: Opening): Promise<Source> {
  const { path, devices } = opening;
  try {
    return await devices.findDevice(path).run({ bytes: 0, run: () => openInTurn(opening) });
  } catch (error) {
    throw toOpenError(error, opening);
  }
}

async function openInTurn(opening: Opening): Promise<Source> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const source = await openAtPathAsync(opening);
    if (source) return source;
  }
  throw moved(opening);
}

async function openAtPathAsync(opening: Opening): Promise<Source | undefined> {
  const { path, devices: { system }, mode, internal } = opening;
  const fd = await system.open(path, mode);
  try {
    const status = await system.fstat(fd);
    const source = createLocalFile(fd, opening, status);
    if (mode === "followLinks" || await isAtPathAsync(system, { path, internal, status })) {
      return source;
    }
  } catch (error) {
    await system.close(fd);
    throw error;
  }
  await system.close(fd);
  return undefined;
}

function createLocalFile(fd: number, opening: Opening, status: FileStatus): LocalFile {
  const { path, name, devices, growing = false, resolved } = opening;
  if (!status.isFile()) {
    throw new MediaError("Cannot open this file: it is not a regular file", "MEDIA_READ");
  }
  if (resolved && !isResolved(status, resolved)) {
    throw new MediaError("Cannot open this file: it was changed a moment ago", "MEDIA_READ");
  }
  const device = devices.getDevice(status.dev);
  return new LocalFile({ fd, path, status }, { name, device, growing });
}

/** Another file may have replaced the one whose size and date are in the headers of the response. */
function isResolved(status: FileStatus, { size, modifiedAtMs }: StoredFile): boolean {
  return status.size === size && status.mtimeMs === (modifiedAtMs ?? status.mtimeMs);
}

function toOpenError(error: unknown, opening: Opening): MediaError | RequestError {
  const { name, mode } = opening;
  if (error instanceof RequestError) return error;
  if (error instanceof MediaError) return error.inFile(name);
  const code = (error as { code?: string }).code;
  if (code === "ELOOP" && mode === "noLink") return moved(opening);
  if ((code === "EACCES" || code === "EPERM") && mode === "noLink") return accessDenied(name);
  const missing = code === "ENOENT" || code === "ENOTDIR";
  const why = missing ? "Cannot find this file" : `Cannot open this file (${code ?? "no reason"})`;
  return new MediaError(why, missing ? "MEDIA_MISSING" : "MEDIA_READ").inFile(name);
}

export function accessDenied(name: string): RequestError {
  return new RequestError("FORBIDDEN", `Cannot read '${name}': permission denied`);
}

function moved({ name }: Opening): RequestError {
  return new RequestError(
    "FORBIDDEN",
    `Cannot serve '${name}': its path changed while it was opened`,
  );
}
