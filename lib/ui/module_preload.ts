/** `modulepreload` links, so that the browser fetches all modules at once. */

const PLACEHOLDER = /^( *)<!-- modulepreload -->\n/m;

const ENTRY = /<script type="module" src="\/\.ams\/([^"]+)">/;

const COMMENT = /\/\*[^]*?\*\//g;

const STATIC_IMPORT = /\bfrom\s"\.\/([^"]+)"|^import\s"\.\/([^"]+)";/gm;

/**
 * Links the modules that the entry module imports statically, directly or through others.
 *
 * @param readModule returns the source of a module by its file name
 * @throws Error when the HTML has no placeholder or no entry module
 */
export async function addModulePreloads(
  html: string,
  readModule: (name: string) => Promise<string>,
): Promise<string> {
  const [line, indent] = PLACEHOLDER.exec(html) ?? [];
  const entry = ENTRY.exec(html)?.[1];
  if (line === undefined || entry === undefined) {
    throw new Error(
      "Cannot add modulepreload links: the placeholder or the entry module is missing",
    );
  }
  const modules = new Set<string>();
  await collectImports(entry, readModule, modules);
  const links = [...modules].map((name) =>
    `${indent}<link rel="modulepreload" href="/.ams/${name}">\n`
  );
  return html.replace(line, links.join(""));
}

async function collectImports(
  name: string,
  readModule: (name: string) => Promise<string>,
  found: Set<string>,
): Promise<void> {
  const source = (await readModule(name)).replace(COMMENT, "");
  for (const [, from, bare] of source.matchAll(STATIC_IMPORT)) {
    const imported = (from ?? bare)!;
    if (found.has(imported)) continue;
    found.add(imported);
    await collectImports(imported, readModule, found);
  }
}
