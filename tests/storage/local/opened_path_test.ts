import { assertEquals, assertRejects } from "@std/assert";
import { RequestError } from "../../../lib/errors.ts";
import { Devices } from "../../../lib/storage/local/devices.ts";
import { openFileOn } from "../../../lib/storage/local/file.ts";
import { type FileSystem, SYSTEM, WITHOUT_CLOCK } from "../../../lib/storage/local/file_system.ts";
import { isAtPath, isAtPathAsync } from "../../../lib/storage/local/opened_path.ts";
import { readBytes } from "../../../lib/storage/source.ts";
import { PATH_CHECKS } from "./slow_file.ts";

const CHECKS = 16;

const STATUS = { isFile: () => true, size: 4, dev: 1, ino: 2, mtimeMs: 3, ctimeMs: 3 };
const OTHER = "/elsewhere/a.mp4";

/** A file system where one call of one kind, counted from 1, sees another file. */
class MovingFile {
  readonly calls: string[] = [];
  readonly system: FileSystem = {
    ...WITHOUT_CLOCK,
    realPathSync: (path) => this.#next("realPath") ? OTHER : path,
    realPath: (path) => Promise.resolve(this.#next("realPath") ? OTHER : path),
    lstatSync: () => this.#stat(),
    lstat: () => Promise.resolve(this.#stat()),
  };

  constructor(readonly kind = "", readonly at = 0, readonly other: { dev?: number } = {}) {}

  #next(kind: string): boolean {
    this.calls.push(kind);
    return kind === this.kind && this.calls.filter((call) => call === kind).length === this.at;
  }

  #stat(): Deno.FileInfo {
    const { dev, ino } = STATUS;
    return { dev, ino, ...this.#next("lstat") ? this.other : {} } as Deno.FileInfo;
  }
}

const MODES: [name: string, check: (system: FileSystem) => boolean | Promise<boolean>][] = [
  ["isAtPath", (system) => isAtPath(system, { path: "/root/a.mp4", status: STATUS })],
  ["isAtPathAsync", (system) => isAtPathAsync(system, { path: "/root/a.mp4", status: STATUS })],
];

const DIFFERENCES: [description: string, kind: string, other: { dev?: number; ino?: number }][] = [
  ["the real path", "realPath", {}],
  ["the inode", "lstat", { ino: 3 }],
  ["the device", "lstat", { dev: 3 }],
];

for (const [name, check] of MODES) {
  Deno.test(`${name}() checks real path and inode 16 times`, async () => {
    const file = new MovingFile();
    assertEquals(await check(file.system), true);
    assertEquals(file.calls.toSorted(), PATH_CHECKS);
  });

  Deno.test(`${name}() checks in a random order`, async () => {
    const orders = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const file = new MovingFile();
      await check(file.system);
      orders.add(file.calls.join());
    }
    assertEquals(orders.size, Deno.build.os === "windows" ? 1 : 20);
  });

  for (const [description, kind, other] of DIFFERENCES) {
    const ignore = kind === "lstat" && Deno.build.os === "windows";
    Deno.test({ name: `${name}() stops when ${description} differs once`, ignore }, async () => {
      for (let at = 1; at <= CHECKS; at++) {
        const file = new MovingFile(kind, at, other);
        assertEquals(await check(file.system), false, `${at}`);
        assertEquals(file.calls.filter((call) => call === kind).length, at);
        assertEquals(file.calls.at(-1), kind);
      }
    });
  }
}

/** Runs a test on `a.txt`, and on directories with files and links that may be moved there. */
async function onRoot(test: (root: string) => Promise<void>): Promise<void> {
  const directory = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "ams-" }));
  try {
    for (const name of ["root", "root/sub", "outside"]) Deno.mkdirSync(`${directory}/${name}`);
    for (const name of ["root/sub/a.txt", "outside/a.txt"]) {
      Deno.writeTextFileSync(`${directory}/${name}`, name);
    }
    await test(`${directory}/root`);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/** What another process does between the check of a path and its opening. */
const SWAPS: [description: string, swap: (root: string) => void][] = [
  ["a file with a link that leads outside", (root) => {
    Deno.removeSync(`${root}/sub/a.txt`);
    Deno.symlinkSync("../../outside/a.txt", `${root}/sub/a.txt`);
  }],
  ["a file with a link that leads to a file inside", (root) => {
    Deno.renameSync(`${root}/sub/a.txt`, `${root}/b.txt`);
    Deno.symlinkSync("../b.txt", `${root}/sub/a.txt`);
  }],
  ["a directory with a link", (root) => {
    Deno.renameSync(`${root}/sub`, `${root}/old`);
    Deno.symlinkSync("../outside", `${root}/sub`);
  }],
  ["a file with a loop", (root) => {
    Deno.removeSync(`${root}/sub/a.txt`);
    Deno.symlinkSync("a.txt", `${root}/sub/a.txt`);
  }],
];

/** Counts open descriptors. */
class CountingSystem {
  open = 0;
  readonly system: FileSystem = {
    ...SYSTEM,
    openSync: (path, mode) => this.#count(SYSTEM.openSync(path, mode)),
    open: async (path, mode) => this.#count(await SYSTEM.open(path, mode)),
    closeSync: (fd) => {
      this.open--;
      SYSTEM.closeSync(fd);
    },
    close: (fd) => {
      this.open--;
      return SYSTEM.close(fd);
    },
  };

  #count(fd: number): number {
    this.open++;
    return fd;
  }
}

for (const slow of [false, true]) {
  for (const [description, swap] of SWAPS) {
    const name = `openFileOn() rejects the exchange of ${description} ${
      slow ? "on a slow device" : ""
    }`;
    Deno.test({ name, ignore: Deno.build.os === "windows" }, () =>
      onRoot(async (root) => {
        const counting = new CountingSystem();
        const devices = new Devices(counting.system);
        devices.isSlow = () => slow;
        swap(root);
        const open = async () => await openFileOn(devices, `${root}/sub/a.txt`, { name: "x" });
        const error = await assertRejects(open, RequestError, "Cannot serve 'x': its path changed");
        assertEquals([error.code, counting.open], ["FORBIDDEN", 0]);
      }));
  }
}

Deno.test({
  name: "openFileOn() rejects a file that is exchanged again each time after it was opened",
  ignore: Deno.build.os === "windows",
  fn: () =>
    onRoot(async (root) => {
      Deno.symlinkSync("sub", `${root}/link`);
      const openSync: FileSystem["openSync"] = (path, mode) => {
        if (Deno.lstatSync(`${root}/link`).isSymlink) Deno.removeSync(`${root}/link`);
        else Deno.renameSync(`${root}/link`, `${root}/sub`);
        Deno.symlinkSync("../outside", `${root}/link`);
        const fd = SYSTEM.openSync(path, mode);
        Deno.removeSync(`${root}/link`);
        Deno.renameSync(`${root}/sub`, `${root}/link`);
        return fd;
      };
      const devices = new Devices({ ...SYSTEM, openSync });
      const open = async () => await openFileOn(devices, `${root}/link/a.txt`, { name: "x" });
      await assertRejects(open, RequestError, "its path changed");
    }),
});

for (const slow of [false, true]) {
  for (const [times, served] of [[1, true], [2, true], [3, false]] as const) {
    const name = `openFileOn() ${
      served ? "opens" : "rejects"
    } a file that is replaced ${times} times${slow ? " on a slow device" : ""}`;
    Deno.test({ name, ignore: Deno.build.os === "windows" }, () =>
      onRoot(async (root) => {
        const path = `${root}/sub/a.txt`;
        let replacements = 0;
        const replace = (fd: number) => {
          if (replacements++ < times) {
            Deno.writeTextFileSync(`${root}/new`, `${replacements}`);
            Deno.renameSync(`${root}/new`, path);
          }
          return fd;
        };
        const counting = new CountingSystem();
        const { system } = counting;
        const devices = new Devices({
          ...system,
          openSync: (path, mode) => replace(system.openSync(path, mode)),
          open: async (path, mode) => replace(await system.open(path, mode)),
        });
        devices.isSlow = () => slow;
        const open = async () => await openFileOn(devices, path, { name: "x" });
        if (served) {
          const source = await open();
          const bytes = await readBytes(source, 0, source.size);
          assertEquals(new TextDecoder().decode(bytes), `${times}`);
          source.close();
        } else {
          await assertRejects(open, RequestError, "its path changed");
        }
        assertEquals(counting.open, 0);
      }));
  }
}
