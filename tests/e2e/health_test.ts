/** Health, readiness and metrics of the real command, also behind the nginx of deploy/. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Ams, startAms } from "./ams.ts";
import { startNginx } from "./nginx.ts";
import { eventually } from "./page_driver.ts";
import { closeConnections, rawRequest } from "./raw_request.ts";

/** Returns the status and the code of an error. */
async function getStatus(url: string): Promise<string> {
  const { status, headers } = await rawRequest(url);
  return [status, headers.get("ams-error")].filter(Boolean).join(" ");
}

async function createRoot(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir({ prefix: "ams-health-" });
  await Deno.writeTextFile(`${path}/a.txt`, "a");
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

async function getAdminUrl({ log }: Ams): Promise<string> {
  const pattern = /Serving metrics at (http:\S+)\/metrics/;
  return pattern.exec(
    await eventually(() => Promise.resolve(log()), (text) => pattern.test(text)),
  )![1]!;
}

Deno.test("ams reports its state at every URL, from its start to the end of its drain", async () => {
  await using root = await createRoot();
  const args = ["--workers", "1", "--admin", "127.0.0.1:0", "--drain", "60"];
  await using ams = await startAms(root.path, ...args);
  const admin = await getAdminUrl(ams);
  const getStates = async () => ({
    livez: await getStatus(`${admin}/livez`),
    readyz: await getStatus(`${admin}/readyz`),
    health: await getStatus(`${ams.url}/.ams/health`),
    file: await getStatus(`${ams.url}/a.txt`),
  });
  const good = { livez: "200", readyz: "200", health: "200", file: "200" };
  assertEquals(await getStates(), good);
  assertEquals(await getStatus(`${admin}/a.txt`), "404 NOT_FOUND");
  assertEquals(await getStatus(`${ams.url}/metrics`), "404 NOT_FOUND");

  const gone = "503 STORAGE_GONE";
  await Deno.rename(root.path, `${root.path}.away`);
  await eventually(getStates, ({ readyz, health }) => readyz === gone && health === gone);
  assertEquals(await getStates(), { ...good, readyz: gone, health: gone, file: gone });
  await Deno.rename(`${root.path}.away`, root.path);
  await eventually(getStates, ({ readyz, health }) => readyz === "200" && health === "200");

  Deno.kill(ams.pid, "SIGTERM");
  const draining = "503 DRAINING";
  await eventually(getStates, ({ readyz, health }) => readyz === draining && health === draining);
  assertEquals(await getStates(), { ...good, readyz: draining, health: draining });
  const last = await getStatus(`${ams.url}/last.txt`);
  await eventually(() => Promise.resolve(ams.log()), (log) => log.includes("/last.txt")); // lines are in order of time
  assertEquals([last, ams.log().match(/\.ams\/health/g)], ["404 NOT_FOUND", null]);
  closeConnections();
});

Deno.test("nginx reports health while one of two servers takes requests", async () => {
  await using root = await createRoot();
  await using first = await startAms(root.path, "--workers", "1", "--drain", "60");
  await using second = await startAms(root.path, "--workers", "1", "--drain", "60");
  await using nginx = await startNginx({ servers: [first.url, second.url] });
  const getHealth = () => getStatus(`${nginx.url}/.ams/health`);
  const drain = async ({ pid, url }: Ams) => {
    Deno.kill(pid, "SIGTERM");
    await eventually(() => getStatus(`${url}/.ams/health`), (status) => status === "503 DRAINING");
  };
  assertEquals(await getHealth(), "200");
  await drain(first);
  for (let i = 0; i < 8; i++) assertEquals(await getHealth(), "200");
  await drain(second);
  for (let i = 0; i < 8; i++) assertEquals(await getHealth(), "503 DRAINING");
  assertEquals(await getStatus(`${nginx.url}/a.txt`), "200");
  closeConnections();
});

/** .ci/run installs promtool; a machine of a developer may lack it. */
const ignore = !Deno.env.get("CI") && !(await isInstalled("promtool"));

async function isInstalled(name: string): Promise<boolean> {
  const { success } = await new Deno.Command("sh", { args: ["-c", `command -v ${name}`] }).output();
  return success;
}

Deno.test({
  name: "promtool check metrics finds nothing to complain of",
  ignore,
  fn: async () => {
    await using root = await createRoot();
    await using ams = await startAms(root.path, "--workers", "2", "--admin", "127.0.0.1:0");
    const admin = await getAdminUrl(ams);
    await rawRequest(`${ams.url}/a.txt`);
    const { body, headers } = await rawRequest(`${admin}/metrics`);
    assertMatch(headers.get("content-type")!, /^text\/plain; version=0\.0\.4/);
    const command = new Deno.Command("promtool", {
      args: ["check", "metrics"],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    });
    const process = command.spawn();
    const writer = process.stdin.getWriter();
    await writer.write(body);
    await writer.close();
    const { success, stdout, stderr } = await process.output();
    const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assertEquals(output, "");
    assert(success);
    closeConnections();
  },
});
