/**
 * `deno task compile`: makes the two binaries in dist/.
 *
 * `deno compile` embeds npm packages as a whole, of which one that the page is made of takes 80 MB: here all of its files
 * are left out but those that lib/ui/assets.ts names, and what says whose they are.
 */

import { dirname, fromFileUrl, join } from "@std/path";
import "./lib/ui/assets.ts"; // so that its packages are there

const ROOT = fromFileUrl(new URL("./", import.meta.url));

/** Binary → what it runs. */
export const BINARIES = { ams: "main.ts", amspackager: "packager.ts" } as const;

/** Files of a package that stay in any case. */
const KEPT = /^(package\.json|licen[cs]e.*)$/i;

/** Arguments of Deno. */
export function compileArguments(binary: keyof typeof BINARIES, output: string): string[] {
  return [
    ...["compile", `-P=${binary}`, "--exclude-unused-npm", "-o", output],
    ...excludedFiles().flatMap((path) => ["--exclude", path]),
    BINARIES[binary],
  ];
}

/** Files and folders of the page's packages that nobody asks for. */
function excludedFiles(): string[] {
  const table = Deno.readTextFileSync(join(ROOT, "lib/ui/assets.ts"));
  const specifiers = [...table.matchAll(/import\("([^."][^"]*)"/g)].map(([, name]) => name!);
  const asked = new Set(specifiers.map((name) => fromFileUrl(import.meta.resolve(name))));
  const folders = new Set([...asked].map(packageFolder));
  return [...folders].flatMap((folder) => unasked(folder, asked));
}

/** The folder above that has a package.json. */
function packageFolder(path: string): string {
  const folder = dirname(path);
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
  return names.includes("package.json") ? folder : packageFolder(folder);
}

function unasked(folder: string, asked: ReadonlySet<string>): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (!isDirectory) return asked.has(path) || KEPT.test(name) ? [] : [path];
    const holds = [...asked].some((file) => file.startsWith(join(path, "/")));
    return holds ? unasked(path, asked) : [path];
  });
}

if (import.meta.main) {
  for (const binary of Object.keys(BINARIES) as (keyof typeof BINARIES)[]) {
    const args = compileArguments(binary, `dist/${binary}`);
    const { code } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).spawn().status;
    if (code !== 0) Deno.exit(code);
  }
}
