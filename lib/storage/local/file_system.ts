import {
  close,
  closeSync,
  constants,
  fstat,
  fstatSync,
  open,
  openSync,
  read,
  readSync,
  type Stats,
} from "node:fs";

export interface ReadTarget {
  readonly into: Uint8Array;
  readonly at: number;
  readonly position: number;
}

/** Status of a descriptor. */
export type FileStatus = Pick<Stats, "isFile" | "size" | "dev" | "ino" | "mtimeMs" | "ctimeMs">;

/** `noLink`: the last name of the path must not be a link. */
export type OpenMode = "followLinks" | "noLink";

/** System calls. They throw errors with a `code`, such as `ENOENT`. */
export interface FileSystem {
  /** Monotonic, in milliseconds. */
  now(): number;
  realPathSync(path: string): string;
  realPath(path: string): Promise<string>;
  statSync(path: string): Deno.FileInfo;
  stat(path: string): Promise<Deno.FileInfo>;
  lstatSync(path: string): Deno.FileInfo;
  lstat(path: string): Promise<Deno.FileInfo>;
  /** Unordered. Only asynchronous, since there may be many entries. */
  readDir(path: string): Promise<Deno.DirEntry[]>;
  openSync(path: string, mode: OpenMode): number;
  open(path: string, mode: OpenMode): Promise<number>;
  fstatSync(fd: number): FileStatus;
  fstat(fd: number): Promise<FileStatus>;
  /** Returns the number of bytes read, which may be less than requested; 0 at the end of the file. */
  readSync(fd: number, target: ReadTarget): number;
  read(fd: number, target: ReadTarget): Promise<number>;
  closeSync(fd: number): void;
  close(fd: number): Promise<void>;
}

/** O_NONBLOCK: opening a FIFO must not block. Windows has neither flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

const OPEN_FLAGS: Record<OpenMode, number> = {
  followLinks: FLAGS,
  noLink: FLAGS | (constants.O_NOFOLLOW ?? 0),
};

export const SYSTEM: FileSystem = {
  now: () => performance.now(),
  realPathSync: (path) => Deno.realPathSync(path),
  realPath: (path) => Deno.realPath(path),
  statSync: (path) => Deno.statSync(path),
  stat: (path) => Deno.stat(path),
  lstatSync: (path) => Deno.lstatSync(path),
  lstat: (path) => Deno.lstat(path),
  readDir: (path) => Array.fromAsync(Deno.readDir(path)),
  openSync: (path, mode) => openSync(path, OPEN_FLAGS[mode]),
  open: (path, mode) => toPromise((done) => open(path, OPEN_FLAGS[mode], done)),
  fstatSync: (fd) => fstatSync(fd),
  fstat: (fd) => toPromise((done) => fstat(fd, done)),
  readSync: (fd, { into, at, position }) => readSync(fd, into, at, into.length - at, position),
  read: (fd, { into, at, position }) =>
    toPromise((done) => read(fd, into, at, into.length - at, position, done)),
  closeSync: (fd) => closeSync(fd),
  close: (fd) => toPromise((done) => close(fd, (error) => done(error, undefined))),
};

/** A stopped clock, so that no device is ever slow. */
export const WITHOUT_CLOCK: FileSystem = { ...SYSTEM, now: () => 0 };

function toPromise<T>(
  work: (done: (error: Error | null | undefined, value: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    work((error, value) => error ? reject(error) : resolve(value));
  });
}
