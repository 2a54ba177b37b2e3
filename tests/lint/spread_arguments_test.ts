import { assertEquals } from "@std/assert";
import { readFiles } from "../source_tree.ts";
import plugin from "./spread_arguments.ts";

/** Path and line of each spread argument. */
function findSpreads(path: string, code: string): string[] {
  return Deno.lint.runPlugin(plugin, path, code).map(({ range: [start] }) => {
    const line = code.slice(0, start).split("\n").length;
    return `${path}:${line}: ${code.split("\n")[line - 1]!.trim()}`;
  });
}

Deno.test("lib/ spreads no list into the arguments of a call", async () => {
  const files = await readFiles(/^lib\/.*\.ts$|^(main|packager|compile)\.ts$/);
  assertEquals([...files].flatMap(([path, code]) => findSpreads(path, code)), []);
});

const calls: [code: string, count: number][] = [
  ["list.push(...more)", 1],
  ["list?.push(...more)", 1],
  ["list.push(first, ...more, ...others)", 2],
  ["Math.max(...list.map((x) => x))", 1],
  ["Object.assign({}, ...list)", 1],
  ["String.fromCharCode(...bytes)", 1],
  ["new Set(...list)", 1],
  ["Math.max(...SIZES)", 0],
  ["list.push(...[1, 2])", 0],
  ["list.push(...[1, ...more])", 1],
  ["[...list, ...more]", 0],
  ["({ ...record })", 0],
  ["function f(...list) {}", 0],
];

for (const [code, count] of calls) {
  Deno.test(`no-spread-arguments finds ${count} in ${code}`, () => {
    assertEquals(findSpreads("a.ts", code).length, count);
  });
}
