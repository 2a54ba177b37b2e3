import { assertEquals, assertRejects } from "@std/assert";
import { addModulePreloads } from "../../lib/ui/module_preload.ts";

const HTML = `<head>
  <!-- modulepreload -->
  <script type="module" src="/.ams/a.js"></script>
</head>
`;

function link(name: string): string {
  return `  <link rel="modulepreload" href="/.ams/${name}">\n`;
}

const graphs: [title: string, modules: Record<string, string>, links: string[]][] = [
  ["no import", { "a.js": "" }, []],
  ["an import", { "a.js": `import { x } from "./b.js";`, "b.js": "" }, ["b.js"]],
  [
    "imports of imports, once each",
    {
      "a.js": `import { x } from "./b.js";\nimport {\n  y,\n} from "./c.js";`,
      "b.js": `import "./c.js";`,
      "c.js": `export * from "./d.js";`,
      "d.js": "",
    },
    ["b.js", "c.js", "d.js"],
  ],
  [
    "a circle",
    { "a.js": `import { x } from "./b.js";`, "b.js": `import { y } from "./b.js";` },
    ["b.js"],
  ],
  ["neither dynamic imports nor comments", {
    "a.js": `/** import { x } from "./b.js"; */\nconst y = await import("./c.js");`,
  }, []],
];

for (const [title, modules, links] of graphs) {
  Deno.test(`addModulePreloads() links ${title}`, async () => {
    const html = await addModulePreloads(HTML, (name) => Promise.resolve(modules[name]!));
    assertEquals(html, HTML.replace("  <!-- modulepreload -->\n", links.map(link).join("")));
  });
}

for (const broken of [HTML.replace("modulepreload", ""), HTML.replace("script", "link")]) {
  Deno.test(`addModulePreloads() rejects ${JSON.stringify(broken)}`, async () => {
    await assertRejects(
      () => addModulePreloads(broken, () => Promise.resolve("")),
      Error,
      "Cannot",
    );
  });
}
