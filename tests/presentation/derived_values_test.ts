import { assertEquals } from "@std/assert";
import { DerivedValues } from "../../lib/presentation/derived_values.ts";
import type { Presentation } from "../../lib/presentation/presentation.ts";

const snapshot = (version: string) =>
  ({ version, renditions: new Map() }) as unknown as Presentation;

Deno.test("DerivedValues.get() extends the last value of a rendition, once", () => {
  const calls: string[] = [];
  const extend = (previous: string | undefined, { version }: Presentation, name: string) => {
    calls.push(`${version}${name}`);
    return `${previous ?? name}${version}`;
  };
  const first = new DerivedValues(snapshot("a"));
  assertEquals([first.get(extend, "x:"), first.get(extend, "x:")], ["x:a", "x:a"]);
  assertEquals(first.get(extend, "y:"), "y:a");
  const second = new DerivedValues(snapshot("b"), first);
  assertEquals(second.get(extend, "y:"), "y:ab");
  const third = new DerivedValues(snapshot("c"), second);
  assertEquals([third.get(extend, "x:"), third.get(extend, "y:")], ["x:ac", "y:abc"]);
  assertEquals(first.get(extend, "x:"), "x:a");
  assertEquals(calls, ["ax:", "ay:", "by:", "cx:", "cy:"]);
});

Deno.test("DerivedValues of a selection are those of the whole presentation", () => {
  const extend = (_: string | undefined, { version }: Presentation) => version;
  const part = { ...snapshot("part"), selection: { whole: snapshot("whole") } } as Presentation;
  assertEquals(new DerivedValues(part).get(extend), "whole");
});
