import { assertEquals, assertThrows } from "@std/assert";
import {
  NoSpaceError,
  readAt,
  readWholeFile,
  writeAt,
  writeWholeFile,
} from "../../lib/archive/file_system.ts";
import { Killed, MemoryFileSystem } from "./memory_file_system.ts";

const BYTES = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

Deno.test("writeAt() cuts a file back when the disk is full after a short write", () => {
  for (let capacity = 3; capacity < 11; capacity++) {
    const files = new MemoryFileSystem({ capacity });
    const file = files.open("a", { create: true });
    writeAt(file, BYTES.subarray(0, 3), 0);
    assertThrows(() => writeAt(file, BYTES, 3), NoSpaceError);
    assertEquals(files.bytes("a"), BYTES.subarray(0, 3));
    files.capacity = 11;
    writeAt(file, BYTES, 3);
    assertEquals(readAt(file, 3, 100), BYTES);
  }
});

Deno.test("writeWholeFile() leaves the old file or the new one, whenever it is killed", () => {
  const old = new MemoryFileSystem();
  writeWholeFile(old, "a", BYTES.subarray(0, 2));
  const steps = 1 + BYTES.length + 1;
  for (let killAfter = 0; killAfter <= steps; killAfter++) {
    const files = old.clone({ killAfter });
    const write = () => writeWholeFile(files, "a", BYTES);
    if (killAfter < steps) assertThrows(write, Killed);
    else write();
    const expected = killAfter < steps ? BYTES.subarray(0, 2) : BYTES;
    assertEquals(readWholeFile(files.restart(), "a"), expected);
  }
});
