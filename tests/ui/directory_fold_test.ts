import { assertEquals } from "@std/assert";
import { FILE_RANK, Fold } from "../../lib/ui/directory_fold.js";

type Named = [name: string, uses?: string[]];

/** Folds entries in an order, and returns names with those of their members, of one level after the other. */
function fold(entries: readonly Named[]): unknown[] {
  const folded = new Fold<{ name: string; rank: number }>();
  const all = entries.map(([name, uses = []]) => {
    const rank = name.endsWith(".json") ? 0 : FILE_RANK;
    const entry: Folded = { name, rank, members: [] };
    folded.add(entry, uses);
    return entry;
  });
  return all.filter(({ parent }) => !parent).map(describe);
}

interface Folded {
  name: string;
  rank: number;
  parent?: Folded;
  members: Folded[];
}

function describe({ name, members }: Folded): unknown {
  return members.length > 0 ? [name, ...members.map(describe)] : name;
}

const cases: [what: string, entries: Named[], expected: unknown[]][] = [
  ["files under a package", [["a.json", ["a.mp4", "b.mp4"]], ["a.mp4"], ["b.mp4"], ["c.mp4"]], [
    ["a.json", "a.mp4", "b.mp4"],
    "c.mp4",
  ]],
  ["files that precede their owner", [["a.mp4"], ["z.mp4", ["a.mp4"]]], [["z.mp4", "a.mp4"]]],
  ["a file of two packages under the first", [
    ["a.json", ["x.mp4"]],
    ["b.json", ["x.mp4"]],
    ["x.mp4"],
  ], [["a.json", "x.mp4"], "b.json"]],
  ["files of a file that is folded itself", [
    ["a.json", ["x.mp4"]],
    ["x.fr.vtt"],
    ["x.mp4", ["x.fr.vtt"]],
  ], [["a.json", ["x.mp4", "x.fr.vtt"]]]],
  ["no package", [["a.json", ["b.json"]], ["b.json"]], ["a.json", "b.json"]],
  ["no file under itself", [["a.mp4", ["b.mp4", "a.mp4"]], ["b.mp4", ["a.mp4"]]], [
    ["a.mp4", "b.mp4"],
  ]],
  ["nothing that is not there", [["a.json", ["none.mp4"]]], ["a.json"]],
];

for (const [what, entries, expected] of cases) {
  Deno.test(`Fold.add() folds ${what}`, () => {
    assertEquals(fold(entries), expected);
  });
}
