import { assertEquals } from "@std/assert";
import type { Rendition } from "../../lib/presentation/presentation.ts";
import { getProperty, PROPERTY_NAMES } from "../../lib/selection/filter_properties.ts";

const SUBTITLES = { type: "text", language: "pt-BR", name: "caption_por" } as unknown as Rendition;

Deno.test("getProperty() is case-insensitive and has no other names", () => {
  for (const name of PROPERTY_NAMES) {
    assertEquals(getProperty(name.toUpperCase()), getProperty(name));
  }
  assertEquals(["", "constructor", "width"].map(getProperty), [undefined, undefined, undefined]);
});

Deno.test("getProperty() of numbers is NaN for a rendition without them", () => {
  for (const name of ["MaxWidth", "MaxHeight", "channels"]) {
    const property = getProperty(name)!;
    assertEquals(property.kind === "number" && property.get(SUBTITLES), NaN);
  }
});
