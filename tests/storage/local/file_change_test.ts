import { assertEquals } from "@std/assert";
import { isUnmodified, isUnmodifiedAsync } from "../../../lib/storage/local/file_change.ts";
import {
  type FileStatus,
  type FileSystem,
  SYSTEM,
} from "../../../lib/storage/local/file_system.ts";

const OPENED = { size: 10, dev: 1, ino: 2, mtimeMs: 1000, ctimeMs: 2000 };

type Status = typeof OPENED;

/** What the path leads to, undefined for nothing, and what the descriptor has. */
interface Found {
  readonly path: Status | undefined;
  readonly fd?: Status;
}

/** Counts calls. */
class FoundFile {
  readonly calls: string[] = [];
  readonly system: FileSystem;

  constructor({ path, fd = OPENED }: Found) {
    const stat = () => {
      this.calls.push("stat");
      if (!path) throw new Deno.errors.NotFound();
      const { mtimeMs, ctimeMs, ...numbers } = path;
      return { ...numbers, mtime: new Date(mtimeMs), ctime: new Date(ctimeMs) } as Deno.FileInfo;
    };
    const fstat = (): FileStatus => {
      this.calls.push("fstat");
      return { ...fd, isFile: () => true };
    };
    this.system = {
      ...SYSTEM,
      statSync: stat,
      stat: () => new Promise((resolve) => resolve(stat())),
      fstatSync: fstat,
      fstat: () => Promise.resolve(fstat()),
    };
  }
}

const OTHER_FILE = { ...OPENED, ino: 3, size: 11, mtimeMs: 5000 };

const cases: [description: string, found: Found, expected: boolean, calls?: string[]][] = [
  ["the same status", { path: OPENED }, true],
  ["another size", { path: { ...OPENED, size: 11 } }, false],
  ["another modification time", { path: { ...OPENED, mtimeMs: 1001 } }, false],
  ["another change time", { path: { ...OPENED, ctimeMs: 3000 } }, false],
  ["another file at the path", { path: OTHER_FILE }, true, ["stat", "fstat"]],
  ["nothing at the path", { path: undefined }, true, ["stat", "fstat"]],
  [
    "another file at the path, and another change time",
    { path: OTHER_FILE, fd: { ...OPENED, ctimeMs: 3000 } }, // by renaming
    true,
    ["stat", "fstat"],
  ],
  [
    "another file at the path, and another modification time",
    { path: OTHER_FILE, fd: { ...OPENED, mtimeMs: 1001 } },
    false,
    ["stat", "fstat"],
  ],
  [
    "nothing at the path, and another size",
    { path: undefined, fd: { ...OPENED, size: 9 } },
    false,
    ["stat", "fstat"],
  ],
];

const opened = { fd: 7, path: "/root/a.mp4", status: { ...OPENED, isFile: () => true } };

for (const [description, found, expected, calls = ["stat"]] of cases) {
  Deno.test({
    name: `isUnmodified() is ${expected} for ${description}`,
    ignore: Deno.build.os === "windows",
    async fn() {
      for (const check of [isUnmodified, isUnmodifiedAsync]) {
        const file = new FoundFile(found);
        assertEquals(await check(file.system, opened), expected);
        assertEquals(file.calls, calls);
      }
    },
  });
}
