import { assertEquals } from "@std/assert";
import { announce } from "../../lib/ams/announcement.ts";
import { parseAmsOptions } from "../../lib/ams/options.ts";
import { parseMountSource } from "../../lib/storage/remote/mount_source.ts";

type Setup = Parameters<typeof announce>[0];

function announceAll(args: string, setup: Partial<Setup>, monitoring?: Setup["address"]) {
  const options = parseAmsOptions(args.split(" ").filter(Boolean));
  if (typeof options === "string") throw new Error(options);
  const address = { host: options.host, port: options.port };
  const sources = { mounts: [], allowed: [] };
  const absent = { certificate: undefined, recorder: undefined };
  const defaults = { options, root: "/srv", sources, address, ...absent };
  const port = monitoring && "port" in monitoring ? monitoring : undefined;
  return announce({ ...defaults, ...setup }, port).map(({ level, message }) =>
    level === "info" ? message : `${level}: ${message}`
  );
}

Deno.test("announce() begins with the address of the page, by the name that was given", () => {
  assertEquals(announceAll("--host media.example", { address: { host: "192.0.2.2", port: 81 } }), [
    "Serving /srv at http://media.example:81/",
  ]);
  const certificate = { cert: "", key: "" };
  assertEquals(announceAll("--host ::1", { certificate }), ["Serving /srv at https://[::1]:8080/"]);
});

Deno.test("announce() adds addresses of the network where all are served", () => {
  const [first, ...others] = announceAll("", {});
  assertEquals(first, "Serving /srv at http://localhost:8080/");
  for (const line of others) {
    assertEquals(
      /^On the network: (http:\/\/(\[[\da-f:]+\]|[\d.]+):8080\/(, |$))+$/.test(line),
      true,
      line,
    );
  }
});

Deno.test("announce() names a socket as --host does", () => {
  const address = { path: "/run/ams.sock" };
  assertEquals(announceAll("--host unix:/run/ams.sock", { address }), [
    "Serving /srv at unix:/run/ams.sock",
  ]);
});

Deno.test("announce() says where encoders publish and metrics are, and warns", () => {
  const recorder = {
    directory: "/srv/live",
    path: "live",
    address: { host: "127.0.0.1", port: 1935 },
    maxIngestBytes: 1,
  };
  const args = "--host 127.0.0.1 --serve-keys open --channels none/at/all";
  assertEquals(announceAll(args, { recorder }, { host: "::1", port: 9270 }), [
    "Serving /srv at http://127.0.0.1:8080/",
    "Accepting publishers at http://127.0.0.1:1935/live/CHANNEL.json/KEY/NAME and rtmp://127.0.0.1:1935/live/CHANNEL/KEY",
    "Serving metrics at http://[::1]:9270/metrics",
    "warn: The directory of --channels 'none/at/all' is missing: there are no channels",
    "warn: Keys of packages are served to anybody (--serve-keys open)",
  ]);
});

Deno.test("announce() names sources without their options", () => {
  const mounts = [
    ["", "https://origin.example/films/?authorization=/run/secret"],
    ["vod", "s3://media/films?region=eu-west-1"],
    ["local", "/srv/local"],
  ].map(([path, source]) => ({ path: path!, source: parseMountSource(source!, () => undefined) }));
  const sources = { mounts, allowed: [] };
  assertEquals(announceAll("--host 127.0.0.1", { sources, root: undefined }), [
    "Serving https://origin.example/films/ at http://127.0.0.1:8080/",
    "Serving s3://media/films/ at /vod/",
    "Serving /srv/local at /local/",
  ]);
});
