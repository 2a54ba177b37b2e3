import { assert, assertEquals } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { buildLicenses } from "../licenses.ts";

const ROOT = new URL("../", import.meta.url);

Deno.test("lib/ui/licenses.txt is up to date: deno task licenses", () => {
  assertEquals(Deno.readTextFileSync(new URL("lib/ui/licenses.txt", ROOT)), buildLicenses());
});

Deno.test("buildLicenses() contains every package of the product", () => {
  const text = buildLicenses();
  for (const specifier of Object.values(config.imports)) {
    const [, name, version] = /^npm:(@?[^@]+)@([^/]+)/.exec(specifier)!;
    assert(text.includes(`\n${name} ${version} (`), specifier);
  }
});

Deno.test("buildLicenses() contains dependencies of packages", () => {
  for (const name of ["@opentelemetry/api", "tdigest", "bintrees"]) {
    assert(buildLicenses().includes(`\n${name} `), name);
  }
});

Deno.test("release archives and images contain the licenses of third parties", () => {
  for (const file of [".github/workflows/release.yml", "deploy/Dockerfile"]) {
    const text = Deno.readTextFileSync(new URL(file, ROOT));
    assert(/lib\/ui\/licenses\.txt \S+\/THIRD_PARTY_LICENSES\.txt\b/.test(text), file);
  }
});
