import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { formatFormula } from "../../packaging/homebrew.ts";
import { read } from "../documents.ts";

const NAMES = ["linux-arm64", "linux-x64", "macos-arm64", "macos-x64", "windows-x64"];

const checksums = NAMES
  .map((name, i) =>
    `${`${i}`.repeat(64)}  ams-v1.2.3-${name}.${name.startsWith("w") ? "zip" : "tar.gz"}\n`
  )
  .join("");

const RELEASE = { repository: "owner/name", tag: "v1.2.3", checksums };

Deno.test("formatFormula() has the archive and checksum of each platform", () => {
  const formula = formatFormula(RELEASE);
  const archives = [...formula.matchAll(/url "(.*)"\n +sha256 "(.)\2{63}"/g)].map((it) =>
    it.slice(1)
  );
  const url = (name: string) =>
    `https://github.com/owner/name/releases/download/v1.2.3/ams-v1.2.3-${name}.tar.gz`;
  assertEquals(archives.sort(), NAMES.slice(0, 4).map((name, i) => [url(name), `${i}`]));
  assertStringIncludes(formula, 'version "1.2.3"');
});

Deno.test("formatFormula() rejects a release without an archive", () => {
  const missing = checksums.replace("macos-x64", "macos-other");
  assertThrows(
    () => formatFormula({ ...RELEASE, checksums: missing }),
    Error,
    "ams-v1.2.3-macos-x64.tar.gz",
  );
});

Deno.test("the release workflow builds the archives of the formula", () => {
  const workflow = read(".github/workflows/release.yml");
  for (const name of NAMES) assertStringIncludes(workflow, `name: ${name}, os:`);
  assertStringIncludes(workflow, 'cp -r docs/man "$ARCHIVE/man"');
  assertStringIncludes(formatFormula(RELEASE), 'man1.install Dir["man/*.1"]');
  assertStringIncludes(workflow, "ARCHIVE: ams-${{ github.ref_name }}-${{ matrix.name }}");
});
