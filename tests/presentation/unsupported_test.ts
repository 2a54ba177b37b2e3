import { assertEquals } from "@std/assert";
import { describeUnsupported } from "../../lib/presentation/unsupported.ts";
import type { Presentation } from "../../lib/presentation/presentation.ts";

const presentation = {
  renditions: new Map([["a", { name: "a" }], ["b", { name: "b" }], ["c", { name: "c" }]]),
} as unknown as Presentation;

Deno.test("describeUnsupported() names unsupported renditions", () => {
  const sentence = describeUnsupported(presentation, "X", ({ name }) => name === "b");
  assertEquals(sentence, "X omits unsupported renditions: a, c");
});

Deno.test("describeUnsupported() returns an empty string if all are supported", () => {
  assertEquals(describeUnsupported(presentation, "X", () => true), "");
});
