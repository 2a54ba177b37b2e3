/** The units of deploy/systemd/ agree with ams and with each other. tests/e2e/systemd_test.ts runs systemd-analyze. */

import { assert, assertEquals } from "@std/assert";
import { parseAmsOptions } from "../lib/ams/options.ts";
import { read } from "./documents.ts";

/** Time that a recorder has to close its files. */
const RECORDER_CLOSE_SECONDS = 10;

const UNITS = ["ams.service", "ams@.service"];

/** Values by setting; a setting may be repeated. */
function parseUnit(name: string): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  for (const line of read(`deploy/systemd/${name}`).split("\n")) {
    const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (key !== undefined) settings.set(key, [...settings.get(key) ?? [], value!]);
  }
  return settings;
}

/** Options of ExecStart= in the environment of the unit. */
function parseCommand(name: string) {
  const unit = parseUnit(name);
  const variables = new Map(
    unit.get("Environment")!.join(" ").split(" ").map((it) => it.split("=") as [string, string]),
  );
  const [program, ...args] = unit.get("ExecStart")![0]!.replace("%i", "8081").split(" ");
  const options = parseAmsOptions(args, {
    getVariable: (name) => variables.get(name),
    readTextFile: () => "",
  });
  if (program !== "ams" || typeof options === "string") throw new Error(`Cannot start ${program}`);
  return options;
}

/** Options of ams with these variables alone. */
function parseServeOptions(variables: Readonly<Record<string, string>>) {
  const options = parseAmsOptions([], {
    getVariable: (name) => variables[name],
    readTextFile: () => "",
  });
  if (typeof options === "string") throw new Error("Cannot serve");
  return options;
}

const COMMANDS = [
  { name: "ams.service", port: 80, host: "::" },
  { name: "ams@.service", port: 8081, host: "127.0.0.1" },
];

for (const { name, ...address } of COMMANDS) {
  Deno.test(`${name} starts ams on port ${address.port} with time to stop`, () => {
    const { port, host, root, log, graceSeconds, drainSeconds } = parseCommand(name);
    const unit = parseUnit(name);
    assertEquals({ port, host }, address);
    assertEquals(unit.get("RequiresMountsFor"), [root]);
    assertEquals(unit.get("BindReadOnlyPaths")![0]!.split(" ")[0], root);
    assert(Number(unit.get("TimeoutStopSec")) > graceSeconds + drainSeconds);
    assertEquals(log, "json");
    const [start] = unit.get("ExecStart")!;
    assertEquals(unit.get("ExecStartPre"), [start!.replace(/^ams/, "ams check --no-files")]);
  });

  Deno.test(`${name} may listen on port 80, reloads, restarts, and lets V8 compile`, () => {
    const unit = parseUnit(name);
    const get = (key: string) => unit.get(key)?.join();
    assertEquals(get("AmbientCapabilities"), "CAP_NET_BIND_SERVICE");
    assertEquals(get("CapabilityBoundingSet"), "CAP_NET_BIND_SERVICE");
    assertEquals(get("PrivateUsers"), undefined); // the capability would count in that namespace only
    assertEquals(get("MemoryDenyWriteExecute"), undefined);
    assertEquals([get("ExecReload"), get("Restart")], ["kill -HUP $MAINPID", "always"]);
  });
}

Deno.test("the two units confine ams alike", () => {
  const [one, each] = UNITS.map((name) =>
    [...parseUnit(name)]
      .filter(([key]) => !/^(Exec|Environment|Description)/.test(key))
  );
  assertEquals(one, each);
});

Deno.test("the units hide what docs/deployment.md says", () => {
  const text = read("docs/deployment.md");
  const hidden = parseUnit("ams.service").get("TemporaryFileSystem")![0]!;
  assert(text.includes(`TemporaryFileSystem=${hidden}\n`), hidden);
});

Deno.test("live.conf lets ams.service write where it records, as a user of its own", () => {
  const unit = parseUnit("ams.service");
  const added = parseUnit("live.conf");
  const [variable] = added.get("Environment")!;
  const [, key, value] = /^(\w+)=(.*)$/.exec(variable!)!;
  const options = parseServeOptions({ [key!]: value! });
  assertEquals(options.ingest, { host: "0.0.0.0", port: 1935 });
  const directory = `${unit.get("RequiresMountsFor")![0]}/${options.channels}`;
  assertEquals([added.get("BindPaths"), added.get("ReadWritePaths")], [[directory], [directory]]);
  assertEquals(added.get("DynamicUser"), ["no"]); // its number would change, and with it the owner of files
  assertEquals(added.get("User"), ["ams"]);
  const stopSeconds = Number(added.get("TimeoutStopSec"));
  assert(stopSeconds > parseCommand("ams.service").graceSeconds + RECORDER_CLOSE_SECONDS);
});

Deno.test("source.conf shows the units the cache that it names, and the root only if it is there", () => {
  const added = parseUnit("source.conf");
  const [variable] = added.get("Environment")!;
  const [, key, value] = /^(\w+)=(.*)$/.exec(variable!)!;
  const { sources } = parseServeOptions({ [key!]: value! });
  const { directory } = sources.disk!;
  const [name] = added.get("CacheDirectory")!;
  assertEquals(directory, `/var/cache/${name}`);
  assertEquals(added.get("BindPaths"), [`/var/cache/private/${name}:${directory}`]); // of DynamicUser=
  assertEquals(added.get("User")?.length, 1); // or each instance of the template had another one
  const [own] = parseUnit("ams.service").get("BindReadOnlyPaths")!;
  assertEquals(added.get("BindReadOnlyPaths"), ["", own!.replace(/^/, "-")]);
});
