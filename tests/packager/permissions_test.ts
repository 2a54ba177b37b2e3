import { assertEquals } from "@std/assert";
import { amspackager } from "../../lib/packager/command.ts";
import { listUnusedPermissions, type UnusedPermission } from "../../lib/packager/permissions.ts";

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
