import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { parseAmsOptions } from "../../lib/ams/options.ts";
import { checkSources } from "../../lib/ams/source_setup.ts";
import { SetupError } from "../../lib/ams/setup.ts";

function check(...args: string[]) {
  const options = parseAmsOptions(args);
  if (typeof options === "string") throw new Error("no options");
  return checkSources(options.sources);
}

function makeDirectory() {
  const path = Deno.realPathSync(Deno.makeTempDirSync());
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

Deno.test("checkSources() has nothing for a directory alone", () => {
  assertEquals(check("-d", "/srv"), { mounts: [], allowed: [] });
});

Deno.test("checkSources() reads secrets, and makes the directory of the cache", () => {
  using directory = makeDirectory();
  const secret = join(directory.path, "secret");
  Deno.writeTextFileSync(secret, "Bearer abc\n");
  const cache = join(directory.path, "new/cache");
  const local = join(directory.path, "local");
  Deno.mkdirSync(local);
  const { mounts, remote } = check(
    ...["--mount", `/local=${local}`],
    ...["--mount", `/far=https://a.example/?authorization=${secret}`],
    ...["--allow-source", "s3://media/films", "--source-disk", `${cache}:1G`],
  );
  assertEquals(mounts[0], { path: "local", source: { kind: "directory", path: local } });
  assertEquals(
    remote!.origins.map(({ name, label, isAllowed, authorization }) => [
      name,
      label,
      isAllowed,
      authorization,
    ]),
    [
      ["far", "/far", false, "Bearer abc"],
      ["allowed 0", "--allow-source s3://media/films/", true, undefined],
    ],
  );
  assertEquals(remote!.disk, { directory: cache, maxBytes: 2 ** 30 });
  assertEquals([...Deno.readDirSync(cache)], []);
});

Deno.test("checkSources() names what cannot be used", () => {
  using directory = makeDirectory();
  const file = join(directory.path, "file");
  Deno.writeTextFileSync(file, "two\nlines");
  const cases: [args: string[], message: string][] = [
    [
      ["--mount", `/a=${directory.path}/none`],
      `Cannot serve '${directory.path}/none': no such file or directory`,
    ],
    [
      ["--mount", `/a=https://a.example/?authorization=${file}`],
      `Cannot use the source of /a: '${file}': expected one line, the value of a header`,
    ],
    [
      ["--mount", `/a=https://a.example/?ca=${file}`],
      `Cannot use the source of /a: '${file}': it contains no certificate`,
    ],
    [
      ["-d", `https://a.example/?authorization=${file}x`],
      `Cannot read '${file}x': no such file or directory`,
    ],
    [
      ["-d", `s3://a?credentials=${file}`],
      `Cannot use the source of /: '${file}': expected aws_access_key_id in it, as in ~/.aws/credentials`,
    ],
    [
      ["-d", "s3://a", "--source-disk", file],
      `Cannot use --source-disk '${file}': it is no directory`,
    ],
  ];
  for (const [args, message] of cases) {
    assertEquals(assertThrows(() => check(...args), SetupError).message, message);
  }
});

Deno.test("checkSources() accepts no secret and no cache in a directory that is served", () => {
  using directory = makeDirectory();
  const { path } = directory;
  const secret = join(path, ".secret");
  Deno.writeTextFileSync(secret, "Bearer abc");
  const mount = ["--mount", `/local=${path}`];
  const cases: [args: string[], message: string][] = [
    [
      [...mount, "--mount", `/far=https://a.example/?authorization=${secret}`],
      `Cannot use the source of /far: '${secret}': expected a file outside of the directories that are served`,
    ],
    [
      [...mount, "--mount", `/far=s3://a?credentials=${secret}`],
      `Cannot use the source of /far: '${secret}': expected a file outside of the directories that are served`,
    ],
    [
      [...mount, "--mount", "/far=s3://a", "--source-disk", join(path, "cache")],
      `Cannot use --source-disk '${join(path, "cache")}': its files would be served`,
    ],
  ];
  for (const [args, message] of cases) {
    assertEquals(assertThrows(() => check(...args), SetupError).message, message);
  }
});
