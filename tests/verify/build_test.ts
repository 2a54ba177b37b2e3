import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { Builder, tryRead } from "../../lib/verify/build.ts";
import { Findings } from "../../lib/verify/findings.ts";
import { GENERATORS } from "../../lib/verify/generators.ts";

const LOCATION = { format: "CMAF", rendition: "a" } as const;

Deno.test("Builder counts bytes, and reports what cannot be built", async () => {
  const findings = new Findings();
  const [builder, report] = [new Builder(GENERATORS, findings), findings.at(LOCATION)];
  assertEquals(builder.generate(() => "abc", report), "abc");
  const plan = { type: "video/mp4", header: Uint8Array.of(1, 2), ranges: [] };
  assertEquals(await builder.build(() => plan, report), Uint8Array.of(1, 2));
  const fail = () => {
    throw new RangeError("Invalid array length");
  };
  assertEquals([builder.generate(fail, report), await builder.build(fail, report)], [
    undefined,
    undefined,
  ]);
  assertEquals(builder.builtBytes, 5);
  const message = "cannot be built: Invalid array length";
  assertEquals(findings.list(), Array(2).fill({ ...LOCATION, rule: "build", message }));
});

Deno.test("tryRead() reports a MediaError, and rethrows others", () => {
  const findings = new Findings();
  const throws = (error: Error) => () => {
    throw error;
  };
  const report = findings.at(LOCATION);
  assertEquals(tryRead(() => 7, report), 7);
  assertEquals(tryRead(throws(new MediaError("Cannot find moov")), report, "init"), undefined);
  const message = "cannot be read: Cannot find moov";
  assertEquals(findings.list(), [{ ...LOCATION, rule: "init", message }]);
  assertThrows(() => tryRead(throws(new TypeError("x")), report), TypeError, "x");
});
