/**
 * `deno task compile`: compiles the two binaries to dist/.
 *
 * `deno compile` embeds whole npm packages, of which shaka-player alone has 80 MB: files of the page's packages that
 * lib/ui/assets.ts does not import are excluded, except package.json and licenses.
 */

import { dirname, fromFileUrl, join } from "@std/path";
import "./lib/ui/assets.ts"; // so that its packages are installed

const ROOT = fromFileUrl(new URL("./", import.meta.url));

export const BINARIES = { ams: "main.ts", amspackager: "packager.ts" } as const;

const ALWAYS_INCLUDED = /^(package\.json|licen[cs]e.*)$/i;

export function buildCompileArguments(binary: keyof typeof BINARIES, output: string): string[] {
  return [
    ...["compile", "--frozen", `-P=${binary}`, "--exclude-unused-npm", "-o", output],
    ...findExcludedFiles().flatMap((path) => ["--exclude", path]),
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
