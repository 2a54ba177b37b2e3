import { assertEquals } from "@std/assert";
import { findNearestWord } from "../../lib/cli/nearest_word.ts";

const WORDS = [
  "--port",
  "--host",
  "--docroot",
  "--key",
  "--keys",
  "--ingest",
  "--ingest-tls",
  "-p",
];

const cases: [typed: string, nearest: string | undefined][] = [
  ["--prot", "--port"],
  ["--docrot", "--docroot"],
  ["--doc", "--docroot"],
  ["--ingest-tsl", "--ingest-tls"],
  ["--ingets", "--ingest"],
  ["--kez", "--key"],
  ["--ky", "--key"],
  ["-port", "--port"],
  ["--", undefined],
  ["-x", undefined],
  ["--verbose", undefined],
  ["", undefined],
];

for (const [typed, nearest] of cases) {
  Deno.test(`findNearestWord() returns ${nearest} for '${typed}'`, () => {
    assertEquals(findNearestWord(typed, WORDS), nearest);
  });
}
