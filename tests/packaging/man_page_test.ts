import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Command } from "../../lib/cli/option_table.ts";
import { TEXT } from "../../lib/cli/value_types.ts";
import { readPrograms, toPageName } from "../../packaging/commands.ts";
import { formatManPage } from "../../packaging/man_page.ts";

const INFO = { version: "1.2.3", date: "2026-11-29", others: ["a", "a-b"] };

const COMMAND: Command = {
  name: "a b",
  summary: "do a\\b",
  usage: ["[-f FILE]", "FILE…"],
  example: "-f x.json",
  description: [".first", "second"],
  options: {
    file: { short: "f", placeholder: "FILE", default: "a-b", help: "File", ...TEXT },
    listing: { default: true, help: "Disable listings" },
    label: { placeholder: "TEXT", follows: "file", help: "Label", ...TEXT },
  },
};

Deno.test("formatManPage() writes one page of man(7)", () => {
  assertEquals(
    formatManPage(COMMAND, INFO),
    String.raw`.TH A-B 1 "2026-11-29" "AMS 1.2.3" "AMS manual"
.SH NAME
a\-b \- do a\eb
.SH SYNOPSIS
.B a b
[\-f FILE]
.br
.B a b
FILE\&...
.SH DESCRIPTION
\&.first
.PP
second
.SH OPTIONS
.TP
\fB\-f\fR, \fB\-\-file\fR \fIFILE\fR
File (default: a\-b).
.TP
\fB\-\-no\-listing\fR
Disable listings.
.SS Options for the preceding \-\-file
.TP
\fB\-\-label\fR \fITEXT\fR
Label.
.SH EXAMPLES
.EX
a b \-f x.json
.EE
.SH SEE ALSO
\fBa\fR(1)
`,
  );
});

Deno.test("formatManPage() names the variables of options that the environment sets", () => {
  const config = {
    placeholder: "FILE",
    layers: ["flag", "environment"],
    help: "File",
    ...TEXT,
  } as const;
  const only = { default: false, layers: ["flag"], help: "Help" } as const;
  const page = formatManPage({ ...COMMAND, options: { ...COMMAND.options, config, only } }, INFO);
  assertStringIncludes(
    page,
    "\\fBA_FILE\\fR,\n\\fBA_LISTING\\fR,\n\\fBA_LABEL\\fR,\n\\fBA_CONFIG\\fR.\n",
  );
});

Deno.test("formatManPage() describes every option of every command", async () => {
  for (const command of [...(await readPrograms()).values()].flat()) {
    const page = formatManPage(command, INFO);
    assertStringIncludes(page, `\n${toPageName(command).replaceAll("-", "\\-")} \\- `);
    for (const [name, option] of Object.entries(command.options)) {
      const flag = `--${option.default === true ? "no-" : ""}${name}`.replaceAll("-", "\\-");
      assertStringIncludes(page, `\\fB${flag}\\fR`);
    }
    assert(page.split("\n").every((line) => !/^'/.test(line)), page);
  }
});
