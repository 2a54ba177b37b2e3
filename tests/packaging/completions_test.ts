import { assert, assertStringIncludes } from "@std/assert";
import { readPrograms } from "../../packaging/commands.ts";
import { formatCompletions, SHELLS } from "../../packaging/completions.ts";

/** How each shell spells a long option. */
const SPELLINGS = {
  bash: (flag: string) => `--${flag}`,
  zsh: (flag: string) => `--${flag}[`,
  fish: (flag: string) => ` -l ${flag} `,
};

for (const shell of SHELLS) {
  Deno.test(`formatCompletions() has every option and subcommand for ${shell}`, async () => {
    for (const commands of (await readPrograms()).values()) {
      const script = formatCompletions(shell, commands);
      for (const { name, options } of commands) {
        const [, subcommand] = name.split(" ");
        if (subcommand !== undefined) assertStringIncludes(script, subcommand);
        for (const [option, row] of Object.entries(options)) {
          const flag = `${row.default === true ? "no-" : ""}${option}`;
          assertStringIncludes(script, SPELLINGS[shell](flag));
        }
      }
    }
  });

  Deno.test(`formatCompletions() offers the choices of an option for ${shell}`, async () => {
    const script = formatCompletions(shell, (await readPrograms()).get("ams")!);
    assert(/text json\b[\w ]* none/.test(script), script);
  });
}
