import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { parseAmsOptions } from "../../lib/ams/options.ts";
import { findPort, readCertificate, resolveRoot, SetupError } from "../../lib/ams/setup.ts";
import { testApp } from "../server/fixture.ts";

Deno.test("resolveRoot() follows links", () => {
  using server = testApp();
  const link = join(server.outside, "link");
  Deno.symlinkSync(server.root, link);
  assertEquals(resolveRoot(link), server.root);
  const file = join(server.root, "video.mp4");
  assertThrows(() => resolveRoot(file), SetupError, `Cannot serve '${file}': not a directory`);
});

Deno.test("readCertificate() reads nothing without a certificate", () => {
  assertEquals(readCertificate(undefined), undefined);
});

Deno.test("findPort() returns a free port, and rejects one in use", () => {
  const getOptions = (port: number) => {
    const options = parseAmsOptions(["--host", "127.0.0.1", "-p", `${port}`]);
    assert(typeof options !== "string");
    return options;
  };
  assert(findPort(getOptions(0), undefined) > 0);
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  assertThrows(() => findPort(getOptions(port), undefined), SetupError, "the port is in use");
});
