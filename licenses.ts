/** `deno task licenses`: writes lib/ui/licenses.txt, the licenses of everything that the binaries and the page contain. */

import { fromFileUrl, join } from "@std/path";
import { findProductPackages, readPackage } from "./compile.ts";

const OUTPUT = fromFileUrl(new URL("lib/ui/licenses.txt", import.meta.url));

const LICENSE_FILE = /^(licen[cs]e|notice)(\.(md|txt))?$/i;

const INTRODUCTION =
  `AMS contains the packages below, under their own licenses. AMS itself is under the BSD 2-Clause
License. The binaries of a release also contain Deno, which contains V8 and libraries of Rust; the
source of Deno at https://github.com/denoland/deno lists them.
`;

/** Copyright of what has no license file: Deno in the binaries, and packages. */
const MIT_COPYRIGHT: Record<string, string> = {
  deno: "Copyright 2018-2026 the Deno authors",
  "deno-std": "Copyright 2018-2026 the Deno authors",
  "qrcode-generator": "Copyright (c) 2009 Kazuhiko Arase",
};

/** Packages without a license file, and one of the same project and license that has it. */
const SAME_PROJECT: Record<string, string> = {
  "@aws-sdk/credential-provider-http": "@aws-sdk/credential-provider-node",
  "@aws-sdk/credential-provider-login": "@aws-sdk/credential-provider-node",
  "@aws-sdk/nested-clients": "@aws-sdk/credential-provider-node",
};

const MIT_TERMS =
  `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES
OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;

/**
 * Returns the text of lib/ui/licenses.txt.
 *
 * @throws Error if a package has no license
 */
export function buildLicenses(): string {
  const directories = findProductPackages();
  const byName = new Map(directories.map((directory) => [readPackage(directory).name, directory]));
  const written = new Map<string, string>();
  const sections = directories.map((directory) => {
    const { title, text } = describePackage(directory, byName);
    const first = written.get(text) ?? title;
    written.set(text, first);
    return formatSection(title, first === title ? text : `The license of ${first}, above.\n`);
  });
  return [INTRODUCTION, formatSection("deno", formatMit("deno")), ...sections].join("\n");
}

function describePackage(
  directory: string,
  byName: ReadonlyMap<string, string>,
): { readonly title: string; readonly text: string } {
  const { name, version, license } = readPackage(directory);
  const texts = findLicenses(byName.get(SAME_PROJECT[name] ?? name) ?? directory);
  if (texts.length === 0 && license === "MIT" && MIT_COPYRIGHT[name]) texts.push(formatMit(name));
  if (texts.length === 0) throw new Error(`Cannot find the license of ${name}`);
  return { title: `${name} ${version} (${license})`, text: texts.join("\n") };
}

/** Reads the license files of a package and of what it includes, each text once. */
function findLicenses(directory: string): string[] {
  const entries = [...Deno.readDirSync(directory)].sort((a, b) => a.name < b.name ? -1 : 1);
  const texts = entries.flatMap(({ name, isDirectory }) => {
    const path = join(directory, name);
    if (isDirectory) return findLicenses(path);
    return LICENSE_FILE.test(name) ? [`${Deno.readTextFileSync(path).trim()}\n`] : [];
  });
  return [...new Set(texts)];
}

function formatMit(name: string): string {
  return `MIT License\n\n${MIT_COPYRIGHT[name]}\n\n${MIT_TERMS}`;
}

function formatSection(title: string, text: string): string {
  return `${"=".repeat(80)}\n${title}\n${"=".repeat(80)}\n\n${text.replaceAll("\r\n", "\n")}`;
}

if (import.meta.main) Deno.writeTextFileSync(OUTPUT, buildLicenses());
