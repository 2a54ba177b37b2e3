import { assertEquals } from "@std/assert";
import { FilePool } from "../../lib/library/file_pool.ts";
import type { Source } from "../../lib/storage/source.ts";

Deno.test("FilePool closes the files that were used least recently, and those of an owner", () => {
  const closed: string[] = [];
  const open = (name: string): Source => ({
    name,
    size: 0,
    synchronous: true,
    read() {},
    close: () => void closed.push(name),
  });
  const pool = new FilePool(3);
  const [a, b] = [{}, {}];
  for (const name of ["1", "2", "3"]) pool.add(a, name, open(`a${name}`));
  assertEquals(pool.get(a, "1")?.name, "a1");
  assertEquals(pool.get(b, "1"), undefined);
  pool.add(b, "1", open("b1"));
  assertEquals([closed.splice(0), pool.count], [["a2"], 3]);
  assertEquals([pool.get(a, "2"), pool.get(b, "1")?.name], [undefined, "b1"]);
  pool.close(a);
  assertEquals([closed, pool.count], [["a3", "a1"], 1]);
});
