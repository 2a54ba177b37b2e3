import { assertEquals, assertThrows } from "@std/assert";
import { inContext, readConfigurationBox } from "../../lib/codecs/configuration_box.ts";
import { MediaError } from "../../lib/errors.ts";
import { entry } from "./entry.ts";

const avc1 = entry("avc1", { avcC: "0102" });

Deno.test("readConfigurationBox() passes the body to the reader", () => {
  assertEquals(readConfigurationBox(avc1, "avcC", (body) => [...body]), [1, 2]);
});

Deno.test("readConfigurationBox() names a missing box", () => {
  const read = () => readConfigurationBox(avc1, "hvcC", () => 0);
  assertThrows(read, MediaError, "Cannot describe avc1 without hvcC");
});

Deno.test("readConfigurationBox() prepends the box to the path of errors", () => {
  const read = () =>
    readConfigurationBox(avc1, "avcC", () => {
      throw new MediaError("Cannot read it");
    });
  assertThrows(read, MediaError, "avcC: Cannot read it");
});

Deno.test("inContext() preserves other errors", () => {
  const error = new TypeError("internal");
  const run = () =>
    inContext("avcC", () => {
      throw error;
    });
  assertEquals(assertThrows(run, TypeError), error);
});
