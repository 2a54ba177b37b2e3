/** systemd-analyze accepts the units of deploy/systemd/, and finds them confined. No unit is started: that needs a running systemd. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { DEPLOY } from "./nginx.ts";

/** An exposure of 3, in tenths. */
const MAX_EXPOSURE = 30;

/** File names in deploy/systemd/, and as instances of a template. */
const UNITS: [name: string, instance: string][] = [
  ["ams.service", "ams.service"],
  ["ams@.service", "ams@8081.service"],
];

/** .ci/run installs it; a machine of a developer may lack it. */
const ignore = !Deno.env.get("CI") && !(await isInstalled());

async function isInstalled(): Promise<boolean> {
  try {
    return (await analyze("--version")).code === 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function analyze(...args: string[]) {
  const command = new Deno.Command("systemd-analyze", { args, env: { SYSTEMD_COLORS: "0" } });
  const { code, stdout, stderr } = await command.output();
  return { code, output: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

/** Calls `check` with the path of a unit, as an instance, whose text may be changed. */
async function withUnit(
  [name, instance]: [string, string],
  change: (text: string) => string,
  check: (path: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    const path = join(directory, instance);
    const text = await Deno.readTextFile(join(DEPLOY, "systemd", name));
    await Deno.writeTextFile(path, change(text));
    await check(path);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Exposure as systemd-analyze counts it, 0 to 10. */
async function analyzeSecurity(path: string): Promise<{ code: number; exposure: number }> {
  const limit = `--threshold=${MAX_EXPOSURE}`;
  const { code, output } = await analyze("security", "--no-pager", "--offline=true", limit, path);
  const [, exposure] = /Overall exposure level for \S+: ([\d.]+) /.exec(output) ?? [];
  assert(exposure !== undefined, output);
  return { code, exposure: Number(exposure) };
}

for (const unit of UNITS) {
  Deno.test({
    name: `${unit[0]} has an exposure of at most 3 with port 80 allowed`,
    ignore,
    fn: () =>
      withUnit(unit, (text) => text, async (path) => {
        const { code, exposure } = await analyzeSecurity(path);
        assert(code === 0 && exposure <= MAX_EXPOSURE / 10, `${exposure}`);
      }),
  });

  Deno.test({
    name: `${unit[0]} contains only settings that systemd knows`,
    ignore,
    fn: async () => {
      const withProgram = (text: string) =>
        text.replace(/^Exec(Start|StartPre|Reload)=\S+/gm, "Exec$1=/bin/true");
      await withUnit(unit, withProgram, async (path) => {
        assertEquals(await analyze("verify", "--man=no", path), { code: 0, output: "" });
      });
      const withFault = (text: string) => withProgram(text).replace("PrivateTmp=", "PrivateTemp=");
      await withUnit(unit, withFault, async (path) => {
        assertMatch((await analyze("verify", "--man=no", path)).output, /PrivateTemp/);
      });
    },
  });
}

const DROP_INS: [name: string, unit: [name: string, instance: string]][] = [
  ["live.conf", UNITS[0]!],
  ["source.conf", UNITS[0]!],
  ["source.conf", UNITS[1]!],
];

for (const [name, unit] of DROP_INS) {
  Deno.test({
    name: `${unit[0]} with ${name} is confined, and contains only settings that systemd knows`,
    ignore,
    fn: async () => {
      const dropIn = await Deno.readTextFile(join(DEPLOY, "systemd", name));
      const add = (text: string) => text.replace("[Install]", `${dropIn}\n[Install]`);
      await withUnit(unit, add, async (path) => {
        const { code, exposure } = await analyzeSecurity(path);
        assert(code === 0 && exposure <= MAX_EXPOSURE / 10, `${exposure}`);
      });
      const withProgram = (text: string) =>
        add(text).replace(/^Exec(Start|StartPre|Reload)=\S+/gm, "Exec$1=/bin/true")
          .replace(/^(User|Group)=ams$/gm, "$1=root"); // which the machine has
      await withUnit(unit, withProgram, async (path) => {
        assertEquals(await analyze("verify", "--man=no", path), { code: 0, output: "" });
      });
    },
  });
}

Deno.test({
  name: "systemd-analyze finds a unit that is not confined",
  ignore,
  fn: () =>
    withUnit(
      UNITS[0]!,
      (text) => text.replace(/^(Capab|SystemCall|Restrict).*$/gm, ""),
      async (path) => {
        const { code, exposure } = await analyzeSecurity(path);
        assertEquals([code !== 0, exposure > MAX_EXPOSURE / 10], [true, true]);
      },
    ),
});
