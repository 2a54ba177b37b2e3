/** What is asked of the system: each thing twice, once holding the thread up until it is there, once not. */

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

/** Where bytes of a file go. */
export interface ReadTarget {
  readonly into: Uint8Array;
  /** Where in `into`. */
  readonly at: number;
  /** Where in the file. */
  readonly position: number;
}

/** What is open, as its descriptor says. */
export type FileStatus = Pick<Stats, "isFile" | "size" | "dev">;

/** The system's own, or a test's. What can't be done is an error with the system's `code`. */
export interface FileSystem {
  /** In milliseconds, from any start. */
  now(): number;
  realPathSync(path: string): string;
  realPath(path: string): Promise<string>;
  statSync(path: string): Deno.FileInfo;
  stat(path: string): Promise<Deno.FileInfo>;
  /** What a folder holds, in no order; it may be long, so that there is no other way. */
  readDir(path: string): Promise<Deno.DirEntry[]>;
  /** For reading; gives a descriptor. */
  openSync(path: string): number;
  open(path: string): Promise<number>;
  fstatSync(fd: number): FileStatus;
  fstat(fd: number): Promise<FileStatus>;
  /** Gives how many bytes came: as many as there is room for, or fewer. */
  readSync(fd: number, target: ReadTarget): number;
  read(fd: number, target: ReadTarget): Promise<number>;
  closeSync(fd: number): void;
  close(fd: number): Promise<void>;
}

const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0); // a FIFO would block the thread

/** The system that we run on. */
export const SYSTEM: FileSystem = {
  now: () => performance.now(),
  realPathSync: (path) => Deno.realPathSync(path),
  realPath: (path) => Deno.realPath(path),
  statSync: (path) => Deno.statSync(path),
  stat: (path) => Deno.stat(path),
  readDir: (path) => Array.fromAsync(Deno.readDir(path)),
  openSync: (path) => openSync(path, FLAGS),
  open: (path) => toPromise((done) => open(path, FLAGS, done)),
  fstatSync: (fd) => fstatSync(fd),
  fstat: (fd) => toPromise((done) => fstat(fd, done)),
  readSync: (fd, { into, at, position }) => readSync(fd, into, at, into.length - at, position),
  read: (fd, { into, at, position }) =>
    toPromise((done) => read(fd, into, at, into.length - at, position, done)),
  closeSync: (fd) => closeSync(fd),
  close: (fd) => toPromise((done) => close(fd, (error) => done(error, undefined))),
};

/** The same with a clock that stands still: nothing ever proves slow. */
export const WITHOUT_CLOCK: FileSystem = { ...SYSTEM, now: () => 0 };

function toPromise<T>(
  work: (done: (error: Error | null | undefined, value: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    work((error, value) => error ? reject(error) : resolve(value));
  });
}
