/**
 * `deno task package:deb [BINARIES [ARCHITECTURE]]`: builds a Debian package around the binaries of `deno task compile`.
 *
 * SOURCE_DATE_EPOCH makes it reproducible, DEBFULLNAME and DEBEMAIL name its maintainer.
 */

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { dirname, fromFileUrl, join } from "@std/path";
import config from "../deno.json" with { type: "json" };
import { readPrograms } from "./commands.ts";
import type { Shell } from "./completions.ts";
import { buildCompletions, buildManuals } from "./manuals.ts";

const ROOT = fromFileUrl(new URL("../", import.meta.url));

/** Files of the package: path without the leading slash → content. */
type Files = ReadonlyMap<string, { readonly bytes: Uint8Array; readonly mode: number }>;

/** Where each shell looks for completions. */
const COMPLETIONS: Readonly<Record<Shell, string>> = {
  bash: "usr/share/bash-completion/completions",
  zsh: "usr/share/zsh/vendor-completions",
  fish: "usr/share/fish/vendor_completions.d",
};

const DEBIAN_ARCHITECTURES: Record<string, string> = { "x86_64": "amd64", aarch64: "arm64" };

const SCRIPTS = ["postinst", "prerm", "postrm"];

export interface PackageOptions {
  /** Directory with `ams` and `amspackager`. */
  readonly binaries: string;
  /** Debian's name: `amd64`. */
  readonly architecture: string;
  /** Directory of the result. */
  readonly output: string;
  /** Seconds since 1970. */
  readonly epoch: number;
  /** `Name <address>`. */
  readonly maintainer: string;
}

/**
 * Builds the package with dpkg-deb.
 *
 * @returns its path
 * @throws Error when a binary is missing, or dpkg-deb fails
 */
export async function buildDeb(options: PackageOptions): Promise<string> {
  const { architecture, output, epoch } = options;
  const files = await collectFiles(options);
  const path = join(output, `ams_${config.version}_${architecture}.deb`);
  const tree = await Deno.makeTempDir({ prefix: "ams-deb-" });
  try {
    await Deno.chmod(tree, 0o755);
    for (const [name, file] of [...files, ...buildControl(options, files)]) {
      await writeFile(join(tree, name), file);
    }
    await Deno.mkdir(output, { recursive: true });
    await run("dpkg-deb", ["--root-owner-group", "--build", tree, path], {
      SOURCE_DATE_EPOCH: `${epoch}`,
    });
  } finally {
    await Deno.remove(tree, { recursive: true });
  }
  return path;
}

const toBytes = (text: string) => new TextEncoder().encode(text);

const gzip = (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes, { level: 9 }));

const read = (path: string) => Deno.readFileSync(join(ROOT, path));

async function collectFiles(options: PackageOptions): Promise<Files> {
  const { binaries, epoch } = options;
  const programs = await readPrograms();
  const files = new Map<string, { bytes: Uint8Array; mode: number }>();
  const add = (path: string, bytes: Uint8Array, mode = 0o644) => files.set(path, { bytes, mode });
  for (const name of programs.keys()) {
    add(`usr/bin/${name}`, Deno.readFileSync(join(binaries, name)), 0o755);
  }
  const date = new Date(epoch * 1000).toISOString().slice(0, 10);
  for (const [name, text] of buildManuals(programs, date)) {
    add(`usr/share/man/man1/${name}.gz`, gzip(toBytes(text)));
  }
  for (const { shell, name, text } of buildCompletions(programs)) {
    add(`${COMPLETIONS[shell]}/${name}`, toBytes(text));
  }
  for (const name of ["ams.service", "ams@.service"]) {
    add(`lib/systemd/system/${name}`, read(`deploy/systemd/${name}`));
  }
  const documents = "usr/share/doc/ams";
  add(`${documents}/copyright`, buildCopyright());
  add(`${documents}/changelog.gz`, gzip(toBytes(buildChangelog(options))));
  add(`${documents}/CHANGELOG.md.gz`, gzip(read("CHANGELOG.md")));
  add(`${documents}/THIRD_PARTY_LICENSES.txt.gz`, gzip(read("lib/ui/licenses.txt")));
  for (const path of findExamples("deploy/")) {
    add(`${documents}/examples/${path.slice("deploy/".length)}`, read(path));
  }
  for (const name of ["live.conf", "source.conf"]) {
    add(`${documents}/examples/systemd/${name}`, read(`deploy/systemd/${name}`));
  }
  add("usr/share/lintian/overrides/ams", read("packaging/debian/lintian-overrides"));
  return new Map([...files].sort(([a], [b]) => a < b ? -1 : 1));
}

/** One entry, since Debian's format has no place for the sections of CHANGELOG.md. */
function buildChangelog({ maintainer, epoch }: PackageOptions): string {
  const date = new Date(epoch * 1000).toUTCString().replace("GMT", "+0000");
  return `ams (${config.version}) unstable; urgency=medium\n\n` +
    `  * /usr/share/doc/ams/CHANGELOG.md.gz describes the changes.\n\n -- ${maintainer}  ${date}\n`;
}

function buildCopyright(): Uint8Array {
  const license = new TextDecoder().decode(read("LICENSE")).trim().split("\n");
  const copyright = license.find((line) => line.startsWith("Copyright"))!;
  const text = license.slice(license.indexOf(copyright) + 1).join("\n").trim();
  return fill("packaging/debian/copyright", {
    COPYRIGHT: copyright.replace(/^Copyright (\(c\) )?/, "").replace(
      /\. All rights reserved\.$/,
      "",
    ),
    LICENSE: text.split("\n").map((line) => ` ${line.trimEnd() || "."}`).join("\n"),
  });
}

/** Configurations of nginx and of what observes ams; units have their own directory, images are built from a clone. */
function findExamples(directory: string): string[] {
  return [...Deno.readDirSync(join(ROOT, directory))].flatMap(({ name, isDirectory }) => {
    const path = directory + name;
    if (isDirectory) return name === "observe" ? findExamples(`${path}/`) : [];
    return /\.conf$/.test(name) || directory !== "deploy/" ? [path] : [];
  });
}

function buildControl(options: PackageOptions, files: Files): Files {
  const size = [...files.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  const sums = [...files].map(([path, { bytes }]) =>
    `${createHash("md5").update(bytes).digest("hex")}  ${path}\n`
  );
  const control = fill("packaging/debian/control", {
    VERSION: config.version,
    ARCHITECTURE: options.architecture,
    MAINTAINER: options.maintainer,
    INSTALLED_SIZE: `${Math.ceil(size / 1024)}`,
  });
  const scripts = SCRIPTS.map((name) =>
    [`DEBIAN/${name}`, { bytes: read(`packaging/debian/${name}`), mode: 0o755 }] as const
  );
  return new Map([
    ["DEBIAN/control", { bytes: control, mode: 0o644 }],
    ["DEBIAN/md5sums", { bytes: toBytes(sums.join("")), mode: 0o644 }],
    ...scripts,
  ]);
}

/** Replaces `@NAME@` in a template. */
function fill(path: string, values: Record<string, string>): Uint8Array {
  const text = new TextDecoder().decode(read(path));
  return toBytes(text.replace(/@([A-Z_]+)@/g, (_, name: string) => values[name]!));
}

async function writeFile(
  path: string,
  { bytes, mode }: { bytes: Uint8Array; mode: number },
): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await Deno.writeFile(path, bytes);
  await Deno.chmod(path, mode); // whatever the umask is
}

async function run(name: string, args: string[], env: Record<string, string>): Promise<void> {
  const { success, stderr } = await new Deno.Command(name, { args, env }).output();
  if (!success) throw new Error(`Cannot run ${name}: ${new TextDecoder().decode(stderr).trim()}`);
}

if (import.meta.main) {
  const [binaries = "dist", architecture = DEBIAN_ARCHITECTURES[Deno.build.arch]!] = Deno.args;
  const name = Deno.env.get("DEBFULLNAME") ?? "AMS maintainers";
  const address = Deno.env.get("DEBEMAIL") ?? "maintainers@ams.invalid";
  const epoch = Number(Deno.env.get("SOURCE_DATE_EPOCH") ?? Math.floor(Date.now() / 1000));
  const maintainer = `${name} <${address}>`;
  const path = await buildDeb({ binaries, architecture, output: "dist", epoch, maintainer });
  Deno.stdout.writeSync(toBytes(`${path}\n`));
}
