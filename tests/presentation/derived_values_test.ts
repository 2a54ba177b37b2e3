import { assertEquals } from "@std/assert";
import { DerivedValues } from "../../lib/presentation/derived_values.ts";
import type { Presentation } from "../../lib/presentation/presentation.ts";

const createPresentation = (version: string) =>
  ({ version, renditions: new Map() }) as unknown as Presentation;

Deno.test("DerivedValues.get() computes each value of a rendition once", () => {
  const calls: string[] = [];
  const derive = ({ version }: Presentation, name: string) => {
    calls.push(name);
    return `${name}${version}`;
  };
  const derived = new DerivedValues(createPresentation("a"));
  const values = ["x:", "x:", "y:", ""].map((name) => derived.get(derive, name));
  assertEquals(values, ["x:a", "x:a", "y:a", "a"]);
  assertEquals(calls, ["x:", "y:", ""]);
});

Deno.test("DerivedValues of a selection are those of the whole presentation", () => {
  const derive = ({ version }: Presentation) => version;
  const part = {
    ...createPresentation("part"),
    selection: { whole: createPresentation("whole") },
  } as Presentation;
  assertEquals(new DerivedValues(part).get(derive), "whole");
});
