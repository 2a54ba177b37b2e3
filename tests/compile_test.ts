/** `deno task compile` embeds in each binary exactly the files that the program opens at run time. */

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { BINARIES, buildCompileArguments } from "../compile.ts";
import configuration from "../deno.json" with { type: "json" };

const ROOT = fromFileUrl(new URL("../", import.meta.url));

/** Ways to open a file that this test cannot find in the code. */
const HIDDEN = /\bimport\.meta\.(dirname|filename|resolve)\b|\bimport\s*\(\s*[^"'\s)]/;

/** Path of npm packages in a binary. */
const PACKAGES = ".deno_compile_node_modules/localhost/";

/** Output of `deno info --json`, in part. */
interface Graph {
  roots: string[];
  modules: Module[];
  redirects?: Record<string, string>;
  npmPackages?: Record<string, { name: string; version: string; dependencies: string[] }>;
}

interface Module {
  specifier: string;
  error?: string;
  /** `code` is missing where only types are imported. */
  dependencies?: { code?: { specifier: string } }[];
  npmPackage?: string;
}

async function deno(args: string[], env: Record<string, string> = {}): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  });
  const { success, stdout, stderr } = await command.output();
  const output = new TextDecoder().decode(stdout);
  const messages = new TextDecoder().decode(stderr);
  assert(success, `deno ${args.join(" ")}: ${messages}`);
  return output || messages;
}

/**
 * Adds the paths, relative to the root, of everything that `entry` opens: imports except types, npm packages, and files
 * named in `new URL(…, import.meta.url)`.
 */
async function findOpenedFiles(entry: string, needs = new Set<string>()): Promise<Set<string>> {
  const graph: Graph = JSON.parse(await deno(["info", "--json", entry]));
  for (const module of findReachable(graph)) {
    const { specifier, npmPackage } = module;
    if (npmPackage !== undefined) addPackage(npmPackage, graph, needs);
    if (!specifier.startsWith("file:") || needs.has(fromRoot(specifier))) continue;
    needs.add(fromRoot(specifier));
    for (const opened of await findOpenedUrls(specifier)) {
      if (/\.[jt]s$/.test(opened)) await findOpenedFiles(opened, needs); // a worker, with imports of its own
      else needs.add(opened);
    }
  }
  return needs;
}

/** Modules that are loaded at run time, in no order. */
function findReachable({ roots, modules, redirects = {} }: Graph): Set<Module> {
  const bySpecifier = new Map(modules.map((module) => [module.specifier, module]));
  const found = new Set<Module>();
  const queue = [...roots];
  for (const specifier of queue) {
    const module = bySpecifier.get(redirects[specifier] ?? specifier);
    if (!module || found.has(module)) continue; // `node:` modules are part of Deno
    assertEquals(module.error, undefined, specifier);
    found.add(module);
    queue.push(...(module.dependencies ?? []).flatMap(({ code }) => code ? [code.specifier] : []));
  }
  return found;
}

function addPackage(id: string, graph: Graph, needs: Set<string>): void {
  const { name, version, dependencies } = graph.npmPackages![id]!;
  const path = `${PACKAGES}${name}/${version}/`;
  if (needs.has(path)) return;
  needs.add(path);
  for (const dependency of dependencies) addPackage(dependency, graph, needs);
}

/** Paths that a module opens besides its imports. */
async function findOpenedUrls(specifier: string): Promise<string[]> {
  if (!specifier.endsWith(".ts")) return [];
  const code = (await Deno.readTextFile(new URL(specifier))).replace(/^\s*(\/\/|\*|\/\*).*$/gm, "");
  assertEquals(
    HIDDEN.exec(code)?.[0],
    undefined,
    `${specifier} opens files that this test cannot find`,
  );
  const urls = code.matchAll(/new\s+URL\(\s*["'`]([^"'`$]+)["'`]\s*,\s*import\.meta\.url/g);
  return [...urls].map(([, relative]) => fromRoot(new URL(relative!, specifier).href));
}

function fromRoot(url: string): string {
  const path = fromFileUrl(url);
  assert(path.startsWith(ROOT), `${path} is outside of the repository`);
  return path.slice(ROOT.length).replaceAll("\\", "/");
}

/** Parses the tree that `deno compile` prints. The path of a whole directory ends in `/*`. */
function parseEmbeddedFiles(output: string): string[] {
  const paths: string[] = [];
  const directories: string[] = [];
  for (const line of output.split("\n")) {
    const [, indent, branch, label] = /^((?:[│ ] )*)([├└]─[─┬] )(.*)$/.exec(line) ?? [];
    if (label === undefined) continue;
    directories.length = indent!.length / 2;
    const name = label.replace(/ \([\d.]+[KMG]?B.*\)$/, "");
    if (branch!.includes("┬")) directories.push(name);
    else paths.push([...directories, name].join("/"));
  }
  return paths;
}

const covers = (embedded: string, path: string) =>
  embedded.endsWith("/*") ? path.startsWith(embedded.slice(0, -1)) : path === embedded;

/** Lists paths that are needed but not embedded, and embedded but not needed. */
function compareEmbedded(needs: ReadonlySet<string>, embedded: string[]) {
  return {
    missing: [...needs].filter((path) => !embedded.some((it) => covers(it, path))),
    needless: embedded.filter((it) => ![...needs].some((path) => covers(it, path))),
  };
}

for (const binary of ["ams", "amspackager"] as const) {
  Deno.test(`deno task compile embeds exactly the files that ${binary} opens`, async () => {
    const directory = await Deno.makeTempDir();
    try {
      const args = buildCompileArguments(binary, join(directory, binary));
      args.splice(1, 0, "--no-check");
      // any file replaces the runtime base of a binary, which would be downloaded
      const output = await deno(args, { DENORT_BIN: Deno.execPath() });
      const needs = await findOpenedFiles(BINARIES[binary]);
      for (const include of configuration.compile.include) await findOpenedFiles(include, needs);
      assertEquals(compareEmbedded(needs, parseEmbeddedFiles(output)), {
        missing: [],
        needless: [],
      });
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

Deno.test("compareEmbedded() finds a worker, an asset and a package that are not embedded", () => {
  const needs = new Set([
    "main.ts",
    "lib/ams/worker.ts",
    "lib/ui/page.html",
    `${PACKAGES}a/1.0.0/`,
  ]);
  const tree = `
Embedded Files

ams
├─┬ lib
│ ├─┬ server
│ │ └── handler.ts (1.5KB)
│ └── ui/* (20KB)
└── main.ts (251B)

Files: 22KB`;
  assertEquals(parseEmbeddedFiles(tree), ["lib/server/handler.ts", "lib/ui/*", "main.ts"]);
  assertEquals(compareEmbedded(needs, parseEmbeddedFiles(tree)), {
    missing: ["lib/ams/worker.ts", `${PACKAGES}a/1.0.0/`],
    needless: ["lib/server/handler.ts"],
  });
});
