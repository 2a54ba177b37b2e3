/** Manual pages and completions of all commands. */

import config from "../deno.json" with { type: "json" };
import { type Programs, toPageName } from "./commands.ts";
import { formatCompletions, type Shell, SHELLS } from "./completions.ts";
import { formatManPage } from "./man_page.ts";

/** How each shell names the file of a program. */
export const COMPLETION_NAMES: Readonly<Record<Shell, (program: string) => string>> = {
  bash: (program) => program,
  zsh: (program) => `_${program}`,
  fish: (program) => `${program}.fish`,
};

/**
 * Yields the name and the source of each page, such as `ams.1`.
 *
 * @param date `2026-11-29`; "": none
 */
export function* buildManuals(programs: Programs, date: string): Iterable<[string, string]> {
  const commands = [...programs.values()].flat();
  const info = { version: config.version, date, others: commands.map(toPageName) };
  for (const command of commands) {
    yield [`${toPageName(command)}.1`, formatManPage(command, info)];
  }
}

/** Yields the script of each program for each shell. */
export function* buildCompletions(
  programs: Programs,
): Iterable<{ readonly shell: Shell; readonly name: string; readonly text: string }> {
  for (const [program, commands] of programs) {
    for (const shell of SHELLS) {
      const text = formatCompletions(shell, commands);
      yield { shell, name: COMPLETION_NAMES[shell](program), text };
    }
  }
}
