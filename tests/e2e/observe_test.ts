/** promtool accepts the files of deploy/observe/, and the tests of alerts notice when an alert is missing. Grafana itself has not loaded its file. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { DEPLOY } from "./nginx.ts";

const OBSERVE = join(DEPLOY, "observe");

/** .ci/run installs it; a machine of a developer may lack it. */
const ignore = !Deno.env.get("CI") && !(await isInstalled());

async function isInstalled(): Promise<boolean> {
  try {
    return (await promtool("--version")).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function promtool(...args: string[]): Promise<{ success: boolean; output: string }> {
  const command = new Deno.Command("promtool", { args, cwd: OBSERVE });
  const { success, stdout, stderr } = await command.output();
  return { success, output: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

const read = (name: string) => Deno.readTextFile(join(OBSERVE, name));

/** Runs promtool on files in a directory of their own. */
async function promtoolWith(
  files: Record<string, string>,
  toArguments: (directory: string) => string[],
): Promise<{ success: boolean; output: string }> {
  const directory = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(join(directory, name), text);
    }
    return await promtool(...toArguments(directory));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test({
  name: "promtool accepts prometheus.yml with alerts.yml",
  ignore,
  fn: async () => {
    const { success, output } = await promtool("check", "config", "prometheus.yml");
    assert(success, output);
    assertStringIncludes(output, "alerts.yml");
  },
});

Deno.test({
  name: "promtool test rules passes, and fails without any one of the alerts",
  ignore,
  fn: async () => {
    const { success, output } = await promtool("test", "rules", "alerts_test.yml");
    assert(success, output);
    const [alerts, tests] = await Promise.all([read("alerts.yml"), read("alerts_test.yml")]);
    const names = [...alerts.matchAll(/- alert: (\w+)/g)].map(([, name]) => name!);
    assert(names.length > 5);
    for (const name of names) {
      const files = {
        "alerts.yml": alerts.replace(`- alert: ${name}\n`, `- alert: Other\n`),
        "alerts_test.yml": tests,
      };
      const without = await promtoolWith(files, (it) => ["test", "rules", `${it}/alerts_test.yml`]);
      assertEquals(without.success, false, name);
      assertStringIncludes(without.output, name);
    }
  },
});

Deno.test({
  name: "promtool parses every expression of grafana.json",
  ignore,
  fn: async () => {
    const expressions = [...(await read("grafana.json")).matchAll(/"expr": (".*")/g)]
      .map(([, text]) => JSON.parse(text!) as string)
      .map((text) => text.replaceAll("$__rate_interval", "1m").replaceAll("$instance", ".*"));
    assert(expressions.length > 10);
    const rules = expressions.map((expr, i) => ({ record: `panel:${i}`, expr }));
    const files = { "rules.yml": JSON.stringify({ groups: [{ name: "grafana", rules }] }) };
    const { success, output } = await promtoolWith(
      files,
      (it) => ["check", "rules", `${it}/rules.yml`],
    );
    assert(success, output);
  },
});
