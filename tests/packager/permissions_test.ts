import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { amspackager } from "../../lib/packager/command.ts";
import { listUnusedPermissions, type UnusedPermission } from "../../lib/packager/permissions.ts";

const [CONFIG, SCRIPT] = ["../../deno.json", "./left_permissions.ts"].map((path) =>
  fromFileUrl(new URL(path, import.meta.url))
) as [string, string];

const BOTH: UnusedPermission[] = ["net", "credentials"];

const lines: [line: string, unused: UnusedPermission[]][] = [
  ["-o video.json video.mp4", BOTH],
  ["verify s3.json --keysx http/x", BOTH],
  ["verify --keys keys.json video.json", ["credentials"]],
  ["verify --keys=keys.json video.json", ["credentials"]],
  ["seal --from https://a.example/ video.json", ["credentials"]],
  ["seal --from=HTTP://a.example/ video.json", ["credentials"]],
  ["-ihttp://a.example/video.mp4 -o video.json", ["credentials"]],
  ["seal s3://media/video.json", []],
  ["-i video.mp4 -os3://media/video.json", []],
];

for (const [line, unused] of lines) {
  Deno.test(`listUnusedPermissions() of '${line}' is '${unused}'`, () => {
    assertEquals(listUnusedPermissions(line.split(" ")), unused);
  });
}

Deno.test("amspackager() gives up permissions once, before it reads", async () => {
  const events: string[] = [];
  const out = { line: () => {}, warn: () => void events.push("error") };
  await amspackager(["verify", "missing.json"], out, {
    version: "1.2.3",
    revokeNetwork: () => void events.push("net"),
    revokeCredentialSources: () => void events.push("credentials"),
  });
  assertEquals(events, ["credentials", "net", "error"]);
});

const left: [line: string, left: string[]][] = [
  ["verify missing.json", []],
  ["verify --keys missing missing.json", ["net", "host"]],
  ["verify https://a.example/", ["net", "host"]],
  ["verify s3://media/", ["net", "host", "env", "sys"]],
];

for (const [line, expected] of left) {
  Deno.test(`the process of amspackager ${line} has [${expected}] left`, async () => {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--config",
        CONFIG,
        "-P=amspackager",
        SCRIPT,
        ...line.split(" "),
      ],
    }).output();
    assertEquals(JSON.parse(new TextDecoder().decode(stdout).split("\n").at(-2)!), expected);
  });
}
