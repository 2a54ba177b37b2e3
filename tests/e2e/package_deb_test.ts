/**
 * The Debian package around stand-in binaries: dpkg installs and removes it, and each shell reads its completions.
 *
 * Not run: its maintainer scripts, which act only where systemd runs, and the binaries, which `deno task compile` makes.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { buildDeb } from "../../packaging/deb.ts";

interface Output {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

async function run(name: string, ...args: string[]): Promise<Output> {
  const env = { LC_ALL: "C.UTF-8", MANWIDTH: "80", DEBIAN_FRONTEND: "noninteractive" };
  const { code, stdout, stderr } = await new Deno.Command(name, { args, env }).output();
  const [out, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, errors: errors! };
}

/** Returns the output of a command that must succeed. */
async function succeed(name: string, ...args: string[]): Promise<string> {
  const { code, out, errors } = await run(name, ...args);
  assertEquals([code, errors], [0, ""], `${name} ${args.join(" ")}: ${out}`);
  return out;
}

const directory = await Deno.makeTempDir({ prefix: "ams-package-" });
let deb = "";
const tree = join(directory, "tree");

const build = (output: string) =>
  buildDeb({
    binaries: join(directory, "bin"),
    architecture: "all", // of the stand-ins, so that any machine installs them
    output: join(directory, output),
    epoch: 1764000000,
    maintainer: "Test <test@example.com>",
  });

Deno.test.beforeAll(async () => {
  await Deno.mkdir(join(directory, "bin"));
  for (const name of ["ams", "amspackager"]) {
    await Deno.writeTextFile(join(directory, "bin", name), `#!/bin/sh\necho "stand-in: $0 $*"\n`);
  }
  deb = await build("first");
  await succeed("dpkg-deb", "--raw-extract", deb, tree);
});

Deno.test.afterAll(() => Deno.remove(directory, { recursive: true }));

/** Files below a directory, without those of dpkg itself. */
function listFiles(path: string, prefix = ""): string[] {
  return [...Deno.readDirSync(path)].flatMap(({ name, isDirectory }) => {
    const own = `${prefix}${name}`;
    if (own === "var" || own === "DEBIAN") return [];
    return isDirectory ? listFiles(join(path, name), `${own}/`) : [own];
  }).sort();
}

Deno.test("buildDeb() builds the same bytes at the same SOURCE_DATE_EPOCH", async () => {
  assertEquals(await Deno.readFile(await build("second")), await Deno.readFile(deb));
});

Deno.test("dpkg installs the package, verifies its files, and removes all of them", async () => {
  const root = join(directory, "root");
  for (const path of ["updates", "info"]) {
    await Deno.mkdir(join(root, "var/lib/dpkg", path), { recursive: true });
  }
  await Deno.writeTextFile(join(root, "var/lib/dpkg/status"), "");
  const force = ["depends", "script-chrootless", "not-root"].map((name) => `--force-${name}`);
  const dpkg = (...args: string[]) =>
    run("dpkg", `--root=${root}`, "--path-include=/usr/share/*", ...force, ...args);
  const installed = await dpkg("--install", deb);
  assertEquals(installed.code, 0, installed.errors);
  const files = listFiles(root);
  assertEquals(files, listFiles(tree));
  for (
    const path of [
      "usr/bin/ams",
      "usr/bin/amspackager",
      "lib/systemd/system/ams.service",
      "lib/systemd/system/ams@.service",
      "usr/share/man/man1/ams.1.gz",
      "usr/share/man/man1/amspackager-verify.1.gz",
      "usr/share/doc/ams/examples/ams_server.conf",
    ]
  ) assert(files.includes(path), path);
  assertStringIncludes(await succeed(join(root, "usr/bin/ams"), "-p", "80"), "bin/ams -p 80");
  assertEquals(await dpkg("--verify", "ams"), { code: 0, out: "", errors: "" });
  const removed = await dpkg("--purge", "ams");
  assertEquals(removed.code, 0, removed.errors);
  assertEquals(listFiles(root), []);
});

Deno.test("man formats every page without a warning", async () => {
  const pages = listFiles(join(tree, "usr/share/man/man1"));
  assert(pages.length >= 3);
  for (const page of pages) {
    const path = join(tree, "usr/share/man/man1", page);
    await succeed(
      "man",
      "--warnings",
      "--encoding=UTF-8",
      "--troff-device=utf8",
      "--ditroff",
      "-l",
      path,
    );
    const text = await succeed("man", "-P", "cat", "-l", path);
    for (const heading of ["NAME", "SYNOPSIS", "OPTIONS", "EXAMPLES"]) {
      assertStringIncludes(text, `\n${heading}\n`);
    }
  }
});

/** Completions of bash for the words of a command line, of which the last one is incomplete. */
async function completeInBash(...words: string[]): Promise<string[]> {
  const script = join(tree, "usr/share/bash-completion/completions", words[0]!);
  const out = await succeed(
    "bash",
    "-c",
    'compopt() { :; }; source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); "_$1"; printf "%s\\n" "${COMPREPLY[@]}"',
    "bash",
    script,
    ...words,
  );
  return out.split("\n").filter((line) => line !== "");
}

const COMPLETIONS: [words: string[], expected: string[]][] = [
  [["ams", "--lo"], ["--log"]],
  [["ams", "--log", "js"], ["json"]],
  [["ams", "-p", "8"], []],
  [["ams", "x"], []],
  [["ams", "tok"], ["token"]],
  [["ams", "docs/des"], ["docs/design"]],
  [["ams", "check", "docs/des"], ["docs/design"]],
  [["ams", "token", "docs/des"], []],
  [["amspackager", "-o", "a", "deno.jso"], ["deno.json"]],
  [["amspackager", "ver"], ["verify"]],
  [["amspackager", "--dur"], ["--duration"]],
  [["amspackager", "verify", "--j"], ["--json"]],
  [["amspackager", "-i", "deno.jso"], ["deno.json"]],
];

for (const [words, expected] of COMPLETIONS) {
  Deno.test(`bash completes ${words.join(" ")}`, async () => {
    assertEquals(await completeInBash(...words), expected);
  });
}

Deno.test("fish completes options, choices and subcommands", async () => {
  const scripts = join(tree, "usr/share/fish/vendor_completions.d");
  const complete = async (program: string, line: string) => {
    const command = `source ${scripts}/${program}.fish; complete -C "${line}"`;
    return (await succeed("fish", "--no-config", "-c", command)).split("\n").filter((it) => it)
      .map((it) => it.split("\t")[0]);
  };
  assertEquals(await complete("ams", "ams --lo"), ["--log"]);
  assertEquals(await complete("ams", "ams --log js"), ["json"]);
  assertEquals(await complete("ams", "ams tok"), ["token"]);
  assertEquals(await complete("ams", "ams docs/des"), ["docs/design/"]);
  assertEquals(await complete("ams", "ams check docs/des"), ["docs/design/"]);
  assertEquals(await complete("amspackager", "amspackager ver"), ["verify"]);
  assertEquals(await complete("amspackager", "amspackager verify --j"), ["--json"]);
});

Deno.test("zsh parses the completions", async () => {
  for (const program of ["ams", "amspackager"]) {
    const script = join(tree, "usr/share/zsh/vendor-completions", `_${program}`);
    await succeed("zsh", "-f", "-n", script);
    assertStringIncludes(await Deno.readTextFile(script), `#compdef ${program}\n`);
  }
});

Deno.test("lintian finds no error and no warning", async () => {
  const { code, out } = await run("lintian", "--allow-root", "--fail-on=error,warning", deb);
  assertEquals(code, 0, out);
});

Deno.test("every override of lintian has a reason", async () => {
  const lines = (await Deno.readTextFile(join(tree, "usr/share/lintian/overrides/ams"))).trim()
    .split("\n");
  assert(lines[0]!.startsWith("# "));
  assert(lines.every((line) => /^(# |ams: [a-z.-]+ )/.test(line)));
});
