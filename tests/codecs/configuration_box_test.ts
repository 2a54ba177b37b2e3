import { assertEquals, assertThrows } from "@std/assert";
import {
  inEntryBox,
  inFirstSample,
  readConfigurationBox,
} from "../../lib/codecs/configuration_box.ts";
import { MediaError } from "../../lib/errors.ts";
import { entry } from "./entry.ts";

const STSD = "moov/trak/mdia/minf/stbl/stsd";

const avc1 = entry("avc1", { avcC: "0102" });

Deno.test("readConfigurationBox() passes the body to the reader", () => {
  assertEquals(readConfigurationBox(avc1, "avcC", (body) => [...body]), [1, 2]);
});

Deno.test("readConfigurationBox() names a missing box", () => {
  const read = () => readConfigurationBox(avc1, "hvcC", () => 0);
  assertThrows(read, MediaError, `${STSD}/avc1: Cannot describe avc1 without hvcC`);
});

Deno.test("readConfigurationBox() prepends the box to the path of errors", () => {
  const read = () =>
    readConfigurationBox(avc1, "avcC", () => {
      throw new MediaError("Cannot read it");
    });
  assertThrows(read, MediaError, `${STSD}/avc1/avcC: Cannot read it`);
});

Deno.test("inFirstSample() names the sample", () => {
  const read = () =>
    inFirstSample(() => {
      throw new MediaError("Cannot read it");
    });
  assertThrows(read, MediaError, "first sample: Cannot read it");
});

Deno.test("inEntryBox() preserves other errors", () => {
  const error = new TypeError("internal");
  const run = () =>
    inEntryBox(avc1, "avcC", () => {
      throw error;
    });
  assertEquals(assertThrows(run, TypeError), error);
});
