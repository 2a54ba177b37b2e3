import { assertEquals, assertRejects } from "@std/assert";
import { basename, join } from "@std/path";
import { addSidecars, warnOtherOwners } from "../../lib/packager/sidecars.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { OriginConnections } from "../../lib/origins/origin_connections.ts";
import { MemoryOrigin } from "../storage/remote/memory_origin.ts";
import { withDirectory } from "./films.ts";

const memory = new MemoryOrigin();

const origins = new OriginConnections(
  new AbortController().signal,
  () => ({ reader: memory, [Symbol.dispose]: () => {} }),
);

const FILES = ["f.mp4", "f-240p.mp4", "f.fr.vtt", "f.de.m4a", "g.mp4", "g.en.srt"];

const added: [inputs: string[], expected: string[]][] = [
  [["f.mp4"], ["f.mp4", "f-240p.mp4", "f.de.m4a", "f.fr.vtt"]],
  [["g.mp4", "f.mp4"], ["g.mp4", "g.en.srt", "f.mp4", "f-240p.mp4", "f.de.m4a", "f.fr.vtt"]],
  [["f.fr.vtt", "f.mp4"], ["f.fr.vtt", "f.mp4", "f-240p.mp4", "f.de.m4a"]],
  [["f-240p.mp4"], ["f-240p.mp4"]],
  [["none.mp4"], ["none.mp4"]],
];

for (const [inputs, expected] of added) {
  Deno.test(`addSidecars() adds to ${inputs.join(" ")}`, () =>
    withDirectory(async (directory) => {
      for (const file of FILES) await Deno.writeTextFile(join(directory, file), "");
      const all = await addSidecars(
        inputs.map((file) => ({ file: join(directory, file) })),
        origins,
      );
      assertEquals(all.map(({ file }) => basename(file)), expected);
      const own = all.filter(({ sidecar }) => !sidecar).map(({ file }) => basename(file));
      assertEquals(own, inputs);
    }));
}

Deno.test("addSidecars() leaves the options of an input", () =>
  withDirectory(async (directory) => {
    for (const file of FILES) await Deno.writeTextFile(join(directory, file), "");
    const input = { file: join(directory, "g.mp4"), language: "fra", default: true };
    const [first, second] = await addSidecars([input], origins);
    assertEquals([first, second!.optional], [input, true]);
    assertEquals(second!.sidecar!.owner, input.file);
  }));

Deno.test("addSidecars() finds none for a file in a directory that does not exist", async () => {
  const input = { file: join("none", "f.mp4") };
  assertEquals(await addSidecars([input], origins), [input]);
});

const others: [inputs: string[], warned: string[]][] = [
  [["f.mp4"], []],
  [["f-240p.mp4"], ["f-240p.mp4"]],
  [["f-240p.mp4", "f.mp4"], []],
  [["g.mp4", "f.fr.vtt"], ["f.fr.vtt"]],
  [["none.mp4"], []],
];

for (const [inputs, warned] of others) {
  Deno.test(`warnOtherOwners() looks at ${inputs.join(" ")}`, () =>
    withDirectory(async (directory) => {
      for (const file of FILES) await Deno.writeTextFile(join(directory, file), "");
      const warnings = await warnOtherOwners(
        inputs.map((file) => ({ file: join(directory, file) })),
        origins,
      );
      const why = "belongs to f.mp4, which is no input, so its sidecars are not added";
      assertEquals(warnings, warned.map((file) => `${join(directory, file)}: ${why}`));
    }));
}

for (const file of [...FILES, "f.es?.vtt"]) memory.write(file, new Uint8Array(1));

Deno.test("addSidecars() adds those of a bucket, with the options of its URL", async () => {
  const url = (name: string) => `s3://media/films/${name}?region=x`;
  const all = await addSidecars([{ file: url("f.mp4") }, { file: url("f.fr.vtt") }], origins);
  assertEquals(
    all.map(({ file, sidecar }) => [file, sidecar?.owner]),
    [
      [url("f.mp4"), undefined],
      [url("f-240p.mp4"), url("f.mp4")],
      [url("f.de.m4a"), url("f.mp4")],
      [url("f.fr.vtt"), undefined],
    ],
  );
  assertEquals(await warnOtherOwners([{ file: url("f.fr.vtt") }], origins), [
    "s3://media/films/f.fr.vtt: belongs to f.mp4, which is no input, so its sidecars are not added",
  ]);
});

Deno.test("addSidecars() says that a web server has no listings", async () => {
  const input = { file: "https://a.example/f.mp4" };
  const why = "Cannot use --sidecars with http(s)://: web servers have no listings, so name each";
  await assertRejects(() => addSidecars([input], origins), UsageError, why);
});
