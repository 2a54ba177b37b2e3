/** Runs the programs of docs/access.md that sign tokens, and uses their tokens. */

import { assertEquals } from "@std/assert";
import { AccessControl } from "../lib/access/access_control.ts";
import { createAccessConfig, SECRETS } from "./access/tokens.ts";
import { documentText } from "./documents.ts";

const PAGE = documentText("docs/access.md");
const ACL = "/films/Ünïcödé?/*";
const PATH = "/films/%C3%9Cn%C3%AFc%C3%B6d%C3%A91/video.json/.mpd";

/** Returns the block of code in a language that defines these functions. */
function getExample(language: string): string {
  const blocks = [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))];
  const [found, ...others] = blocks.map(([, code]) => code!).filter((code) =>
    /sign_?token/i.test(code)
  );
  assertEquals(others, []);
  return found!;
}

const args = (name: string, quote = '"') =>
  `${name}(${quote}${SECRETS.first}${quote}, ${quote}${ACL}${quote}, 60)`;

/** By language: the command that runs it, and code after the example that prints the path. */
const PROGRAMS: Record<
  string,
  { command: string; args: string[]; extension: string; print: string }
> = {
  js: {
    command: Deno.execPath(),
    args: ["run", "--no-config", "--no-prompt"],
    extension: "mjs",
    print: `import { Buffer } from "node:buffer"; console.log(toPath(${
      args("signToken")
    }, "${PATH}"));`,
  },
  python: {
    command: "python3",
    args: [],
    extension: "py",
    print: `print(to_path(${args("sign_token")}, "${PATH}"))`,
  },
  php: {
    command: "php",
    args: [],
    extension: "php",
    print: `echo to_path(${args("sign_token")}, "${PATH}");`,
  },
  sh: {
    command: "sh",
    args: [],
    extension: "sh",
    print: `to_path "$(sign_token ${SECRETS.first} '${ACL}' 60)" '${PATH}'`,
  },
};

function isInstalled(command: string): boolean {
  try {
    return new Deno.Command(command, { args: ["-h"], stdout: "null", stderr: "null" }).outputSync()
      .success || command === "sh";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

for (const [language, { command, args, extension, print }] of Object.entries(PROGRAMS)) {
  Deno.test({
    name: `docs/access.md signs a token in ${language}`,
    ignore: Deno.build.os === "windows" || !isInstalled(command),
  }, async () => {
    const file = await Deno.makeTempFile({ suffix: `.${extension}` });
    try {
      const start = language === "php" ? "<?php\n" : "";
      await Deno.writeTextFile(file, `${start}${getExample(language)}\n${print}\n`);
      const { stdout, stderr } = await new Deno.Command(command, { args: [...args, file] })
        .output();
      const rawPath = new TextDecoder().decode(stdout).trim();
      const request = { rawPath, headers: new Headers() };
      const control = new AccessControl(createAccessConfig([{ path: "/films/" }]));
      assertEquals(
        control.admit(request),
        { isPrivate: true, hasToken: true },
        new TextDecoder().decode(stderr),
      );
      assertEquals(rawPath.replace(/^\/\.t\/[\w-]+/, ""), PATH);
    } finally {
      await Deno.remove(file);
    }
  });
}
