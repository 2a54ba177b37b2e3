import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { type BoxNode, parseBoxes } from "../../lib/ui/boxes.js";
import { ascii, box, concat, fullBox, u16, u32, u64, u8 } from "../mp4/movie_file.ts";

const TESTDATA = fromFileUrl(new URL("../../testdata/", import.meta.url));

/** Maps each path of a tree to its first box. */
function mapByPath(boxes: BoxNode[], path = ""): Map<string, BoxNode> {
  const found = new Map<string, BoxNode>();
  for (const it of boxes) {
    const name = path + it.type;
    if (!found.has(name)) found.set(name, it);
    for (const [inner, box] of mapByPath(it.boxes, `${name}/`)) {
      if (!found.has(inner)) found.set(inner, box);
    }
  }
  return found;
}

function listBoxes(boxes: BoxNode[]): BoxNode[] {
  return boxes.flatMap((it) => [it, ...listBoxes(it.boxes)]);
}

function getValue({ fields }: BoxNode, name: string) {
  return fields.find(([field]) => field === name)?.[1];
}

for (const { name } of Deno.readDirSync(TESTDATA)) {
  if (!/\.(mp4|m4a|mov|ismv)$/.test(name)) continue;
  Deno.test(`parseBoxes() parses ${name} to its end`, async () => {
    const bytes = await Deno.readFile(TESTDATA + name);
    const { boxes, problem } = parseBoxes(bytes);
    assertEquals(problem, undefined);
    assertEquals(boxes.reduce((sum, { size }) => sum + size, 0), bytes.length);
    const problems = listBoxes(boxes).filter(({ problem }) => problem !== undefined);
    assertEquals(problems.map(({ type, problem }) => `${type}: ${problem}`), []);
    for (const { table } of listBoxes(boxes)) {
      for (let i = 0; table && i < table.count; i++) {
        assertEquals(table.row(i).length, table.columns.length);
      }
    }
  });
}

Deno.test("parseBoxes() knows the boxes of a progressive file", async () => {
  const { boxes } = parseBoxes(await Deno.readFile(TESTDATA + "ladder-avc-360p.mp4"));
  const found = mapByPath(boxes);
  const entry = found.get("moov/trak/mdia/minf/stbl/stsd/avc1")!;
  assertEquals([getValue(entry, "width"), getValue(entry, "height")], [640, 360]);
  assertEquals(getValue(found.get("moov/trak/mdia/hdlr")!, "handler"), "vide");
  assertEquals(found.get("moov/trak/mdia/minf/stbl/stsz")!.table!.count, 300);
  assertEquals(getValue(found.get("ftyp")!, "major brand"), "isom");
});

const tfhd = fullBox("tfhd", 0, 0x02_0020 | 0x8, u32(1), u32(512), u32(0x0101_0000));
const tfdt = fullBox("tfdt", 1, 0, u64(2 ** 40));
const trun = fullBox(
  "trun",
  1,
  0x0a01,
  u32(2),
  u32(100),
  u32(700),
  u32(0xfffffff6),
  u32(800),
  u32(5),
);

Deno.test("parseBoxes() reads the boxes of a fragment", () => {
  const found = mapByPath(parseBoxes(box("moof", box("traf", tfhd, tfdt, trun))).boxes);
  assertEquals(found.get("moof/traf/tfhd")!.fields, [
    ["version", 0],
    ["flags", "0x020028"],
    ["track ID", 1],
    ["default sample duration", 512],
    ["default sample flags", "0x01010000 (not sync, depends on others)"],
    ["default base is moof", true],
  ]);
  assertEquals(getValue(found.get("moof/traf/tfdt")!, "base media decode time"), 2 ** 40);
  const { table, offset, size } = found.get("moof/traf/trun")!;
  assertEquals([offset, size], [16 + tfhd.length + tfdt.length, trun.length]);
  assertEquals(table!.columns, ["size", "composition offset"]);
  assertEquals([table!.row(0), table!.row(1)], [[700, -10], [800, 5]]);
});

Deno.test("parseBoxes() returns times above 2^53 exactly", () => {
  const long = fullBox("tfdt", 1, 0, u32(0x7fffffff), u32(0xffffffff));
  const { boxes } = parseBoxes(long);
  assertEquals(getValue(boxes[0]!, "base media decode time"), 2n ** 63n - 1n);
});

Deno.test("parseBoxes() accepts the start of a segment, without the samples", () => {
  const segment = concat(box("moof"), box("mdat", new Uint8Array(1000)));
  const { boxes, problem } = parseBoxes(segment.slice(0, 100), segment.length);
  assertEquals(problem, undefined);
  assertEquals(boxes.map(({ type, size, problem }) => [type, size, problem]), [
    ["moof", 8, undefined],
    ["mdat", 1008, undefined],
  ]);
});

const malformed: [name: string, bytes: Uint8Array, problem: RegExp][] = [
  ["a size beyond the end", concat(u32(99), ascii("free")), /beyond the end/],
  ["a size smaller than the header", concat(u32(4), ascii("free")), /smaller than the header/],
  ["a 64-bit size of nothing", concat(u32(1), ascii("mdat"), u64(3)), /smaller than the header/],
  ["bytes after the last box", concat(box("free"), u8(1, 2, 3)), /3 bytes do not form a box/],
  ["a truncated box", box("mvhd", u32(0)), /Cannot read 4 bytes/],
  ["a truncated sample entry", box("stsd", u32(0), u32(1), box("avc1", u16(1))), /Cannot read/],
  ["a child beyond its parent", box("moov", u32(64), ascii("trak")), /beyond the end/],
];

for (const [name, bytes, expected] of malformed) {
  Deno.test(`parseBoxes() reports ${name}`, () => {
    const { boxes, problem = "" } = parseBoxes(bytes);
    const problems = [problem, ...listBoxes(boxes).map(({ problem }) => problem ?? "")];
    assert(problems.some((it) => expected.test(it)), problems.join("; "));
  });
}

Deno.test("parseBoxes() continues after a box that it cannot read", () => {
  const { boxes } = parseBoxes(concat(box("mvhd", u32(0)), tfdt));
  assertEquals(boxes.map(({ type }) => type), ["mvhd", "tfdt"]);
  assertEquals(boxes[1]!.problem, undefined);
});

Deno.test("parseBoxes() limits a table to its box", () => {
  const { boxes } = parseBoxes(fullBox("stts", 0, 0, u32(0xffffffff), u32(1), u32(2)));
  assertEquals(boxes[0]!.table!.count, 1);
});

Deno.test("parseBoxes() limits the depth", () => {
  let bytes = box("free");
  for (let i = 0; i < 200; i++) bytes = box("moov", bytes);
  const all = listBoxes(parseBoxes(bytes).boxes);
  assert(all.length < 20 && all.at(-1)!.problem === "Nested too deeply");
});

Deno.test("parseBoxes() limits the number of boxes", () => {
  const { boxes, problem } = parseBoxes(concat(...Array(20_000).fill(box("free"))));
  assertEquals(boxes.length, 5000);
  assert(problem?.startsWith("More than"));
});

Deno.test("parseBoxes() shows the bytes of unknown boxes, and unprintable types", () => {
  const { boxes } = parseBoxes(concat(box("abcd", u32(0xdeadbeef)), u32(8), u32(0x00010203)));
  assertEquals(boxes.map(({ type, fields }) => [type, fields]), [
    ["abcd", [["bytes", "deadbeef"]]],
    ["\\x00\\x01\\x02\\x03", []],
  ]);
});
