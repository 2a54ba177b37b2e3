/** Files below a root, which tests write, and `outside`, a directory next to it. */

import { dirname, fromFileUrl, join } from "@std/path";

/** Paths are relative to the root; those of `../outside` are next to it. */
export interface TestFiles extends Disposable {
  read(path: string): Uint8Array;
  /** Changes the file in place if it exists, and creates its directories otherwise. */
  write(path: string, content: string | Uint8Array): void;
  makeDirectory(path: string): void;
  /** Creates a link; `target` is relative to its directory. */
  link(target: string, path: string): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  setModifiedAt(path: string, seconds: number): void;
}

const TESTDATA = fromFileUrl(new URL("../testdata", import.meta.url));

export function readTestdata(name: string): Uint8Array {
  return Deno.readFileSync(join(TESTDATA, name));
}

/** Files in a temporary directory. */
export class LocalFiles implements TestFiles {
  readonly #directory = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "ams-" }));
  /** Real path. */
  readonly root = join(this.#directory, "root");
  readonly outside = join(this.#directory, "outside");

  constructor() {
    Deno.mkdirSync(this.root);
    Deno.mkdirSync(this.outside);
  }

  read(path: string): Uint8Array {
    return Deno.readFileSync(this.#toLocal(path));
  }

  write(path: string, content: string | Uint8Array): void {
    this.makeDirectory(join(path, ".."));
    if (typeof content === "string") Deno.writeTextFileSync(this.#toLocal(path), content);
    else Deno.writeFileSync(this.#toLocal(path), content);
  }

  makeDirectory(path: string): void {
    Deno.mkdirSync(this.#toLocal(path), { recursive: true });
  }

  link(target: string, path: string): void {
    this.makeDirectory(dirname(path));
    Deno.symlinkSync(target, this.#toLocal(path));
  }

  rename(from: string, to: string): void {
    Deno.renameSync(this.#toLocal(from), this.#toLocal(to));
  }

  remove(path: string): void {
    Deno.removeSync(this.#toLocal(path), { recursive: true });
  }

  setModifiedAt(path: string, seconds: number): void {
    Deno.utimeSync(this.#toLocal(path), seconds, seconds);
  }

  #toLocal(path: string): string {
    return join(this.root, path);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#directory, { recursive: true });
  }
}
