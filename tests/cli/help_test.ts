import { assertEquals } from "@std/assert";
import { formatHelp } from "../../lib/cli/help.ts";
import { HELP_OPTION } from "../../lib/cli/option_table.ts";
import { choiceType, TEXT } from "../../lib/cli/value_types.ts";

Deno.test("formatHelp() formats a table, with options for another one apart", () => {
  const help = formatHelp({
    name: "pack",
    summary: "pack files",
    usage: ["-i FILE [options]"],
    example: "-i a.mp4",
    description: ["Packs."],
    options: {
      input: {
        short: "i",
        placeholder: "FILE",
        help: "File to pack, in a format that this help describes in a long line",
        repeats: true,
        ...TEXT,
      },
      log: { placeholder: "X", default: "a", help: "Log", ...choiceType(["a", "b"]) },
      level: { follows: "input", placeholder: "N", help: "Level", defaultHelp: "best", ...TEXT },
      pages: { default: true, help: "Disable pages" },
      help: HELP_OPTION,
    },
  });
  assertEquals(
    help,
    `pack: pack files

Usage:
  pack -i FILE [options]

Example:
  pack -i a.mp4

Packs.

Options:
  -i, --input FILE  File to pack, in a format that this help describes in a long
                    line
      --log X       Log (default: a)
      --no-pages    Disable pages
  -h, --help        Print help and exit

Options for the preceding --input:
      --level N     Level (default: best)`,
  );
});
