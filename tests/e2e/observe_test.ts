/** promtool and Prometheus accept the files of deploy/observe/. Grafana itself has not loaded its dashboard. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { METRICS } from "../../lib/metrics/metric_table.ts";
import { freePort } from "../free_port.ts";
import { startAms } from "./ams.ts";
import { DEPLOY } from "./nginx.ts";
import { eventually } from "./page_driver.ts";
import { startServer } from "./test_server.ts";

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

for (const name of ["prometheus.yml", "prometheus_compose.yml"]) {
  Deno.test({
    name: `promtool accepts ${name} with alerts.yml`,
    ignore,
    fn: async () => {
      const { success, output } = await promtool("check", "config", name);
      assert(success, output);
      assertStringIncludes(output, "alerts.yml");
    },
  });
}

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

/** Result of a query of Prometheus, in part. */
interface QueryResult {
  readonly data: { readonly result: { readonly metric: Record<string, string> }[] };
}

Deno.test({
  name: "Prometheus reads every metric of ams with prometheus.yml",
  ignore,
  fn: async () => {
    await using open = new AsyncDisposableStack();
    const directory = await Deno.makeTempDir({ prefix: "ams-observe-" });
    open.defer(() => Deno.remove(directory, { recursive: true }));
    const [admin, port] = [`127.0.0.1:${freePort()}`, freePort()];
    const [root, keys] = [join(directory, "root"), join(directory, "keys.json")];
    await Deno.mkdir(root);
    const sources = { docs: { cpix: "docs/{content}.xml" } }; // has a series before the first request
    await Deno.writeTextFile(keys, JSON.stringify({ ams: 1, sources }), { mode: 0o600 });
    const origin = open.use(startServer(() => new Response("none", { status: 404 })));
    const ams = open.use(
      await startAms(
        root,
        ...["--workers", "1", "--admin", admin, "--keys", keys],
        ...["--ingest", "127.0.0.1:0", "--mount", `/remote=${origin.url}/`],
      ),
    );
    await (await fetch(`${ams.url}/none`)).body?.cancel();
    const [configuration, alerts] = await Promise.all([read("prometheus.yml"), read("alerts.yml")]);
    const changed = configuration.replace(/targets: \[.*\]/, `targets: ["${admin}"]`)
      .replaceAll("15s", "1s");
    await Deno.writeTextFile(join(directory, "prometheus.yml"), changed);
    await Deno.writeTextFile(join(directory, "alerts.yml"), alerts);
    const prometheus = new Deno.Command("prometheus", {
      args: [
        `--config.file=${directory}/prometheus.yml`,
        `--storage.tsdb.path=${directory}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    open.defer(async () => {
      prometheus.kill("SIGTERM");
      await prometheus.status;
    });
    const query = async (expression: string) => {
      const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`;
      const response = await fetch(url).catch(() => undefined); // it does not listen yet
      if (!response?.ok) return void await response?.body?.cancel();
      return (await response.json() as QueryResult).data.result;
    };
    for (const [name, { type }] of Object.entries(METRICS)) {
      const series = type === "histogram" ? `${name}_bucket` : name;
      const found = await eventually(() => query(series), (result) => Boolean(result?.length));
      assertEquals([found![0]!.metric["job"], found![0]!.metric["instance"]], ["ams", admin]);
    }
  },
});
