/**
 * `deno task compile`: compiles the two binaries to dist/.
 *
 * `deno compile` embeds whole npm packages, of which shaka-player alone has 80 MB: files of the page's packages that
 * lib/ui/assets.ts does not import are excluded, except package.json and licenses. So are tests of packages: it parses all
 * files, and at one of bintrees, which prom-client needs, its stack overflows.
 */

import { dirname, fromFileUrl, join } from "@std/path";
import config from "./deno.json" with { type: "json" };
import "./lib/ui/assets.ts"; // so that its packages are installed

const ROOT = fromFileUrl(new URL("./", import.meta.url));

export const BINARIES = { ams: "main.ts", amspackager: "packager.ts" } as const;

interface Lock {
  readonly npm: Readonly<Record<string, { readonly dependencies?: readonly string[] }>>;
}

const LOCK: Lock = JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.lock")));
const LOCK_KEYS = Object.keys(LOCK.npm);

const TEST_DIRECTORY = /^(tests?|specs?)$/;

const ALWAYS_INCLUDED = /^(package\.json|licen[cs]e.*)$/i;

export function buildCompileArguments(binary: keyof typeof BINARIES, output: string): string[] {
  return [
    ...["compile", "--frozen", `-P=${binary}`, "--exclude-unused-npm", "-o", output],
    ...[...findExcludedFiles(), ...findTestDirectories()].flatMap((path) => ["--exclude", path]),
    BINARIES[binary],
  ];
}

function findExcludedFiles(): string[] {
  const table = Deno.readTextFileSync(join(ROOT, "lib/ui/assets.ts"));
  const specifiers = [...table.matchAll(/import\("([^."][^"]*)"/g)].map(([, name]) => name!);
  const imported = new Set(specifiers.map((name) => fromFileUrl(import.meta.resolve(name))));
  const packages = new Set([...imported].map(findPackageDirectory));
  return [...packages].flatMap((directory) => findUnused(directory, imported));
}

function findTestDirectories(): string[] {
  return findProductPackages().flatMap((directory) =>
    [...Deno.readDirSync(directory)]
      .filter(({ name, isDirectory }) => isDirectory && TEST_DIRECTORY.test(name))
      .map(({ name }) => join(directory, name))
  );
}

/** Returns directories of all packages that the product imports, and of those that these depend on. */
export function findProductPackages(): string[] {
  const specifiers = Object.keys(config.imports);
  const directories = new Set(
    specifiers.map((name) => findPackageDirectory(fromFileUrl(import.meta.resolve(name)))),
  );
  for (const directory of directories) { // also visits those that are added
    for (const dependency of findDependencies(directory)) directories.add(dependency);
  }
  return [...directories].sort();
}

/** Returns directories of packages, in the versions of deno.lock. */
function findDependencies(directory: string): string[] {
  const { name, version } = readPackage(directory);
  const key = LOCK_KEYS.find((key) => key.split("_")[0] === `${name}@${version}`); // peers follow
  const dependencies = LOCK.npm[key ?? ""]?.dependencies ?? [];
  const parent = directory.slice(0, -join(name, version).length);
  return dependencies.map((dependency) => {
    const found = LOCK_KEYS.find((key) => key === dependency || key.startsWith(`${dependency}@`))!;
    const [, name, version] = /^(@?[^@]+)@([^_]+)/.exec(found)!;
    return join(parent, name!, version!);
  });
}

export function readPackage(
  directory: string,
): { name: string; version: string; license?: string } {
  return JSON.parse(Deno.readTextFileSync(join(directory, "package.json")));
}

/** Finds the closest parent directory with a package.json. */
export function findPackageDirectory(path: string): string {
  const directory = dirname(path);
  const names = [...Deno.readDirSync(directory)].map(({ name }) => name);
  return names.includes("package.json") ? directory : findPackageDirectory(directory);
}

function findUnused(directory: string, imported: ReadonlySet<string>): string[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) => {
    const path = join(directory, name);
    if (!isDirectory) return imported.has(path) || ALWAYS_INCLUDED.test(name) ? [] : [path];
    const isNeeded = [...imported].some((file) => file.startsWith(join(path, "/")));
    return isNeeded ? findUnused(path, imported) : [path];
  });
}

if (import.meta.main) {
  for (const binary of Object.keys(BINARIES) as (keyof typeof BINARIES)[]) {
    const args = buildCompileArguments(binary, `dist/${binary}`);
    const { code } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).spawn().status;
    if (code !== 0) Deno.exit(code);
  }
}
