import { assertEquals } from "@std/assert";
import { Findings } from "../../lib/verify/findings.ts";

const PLACE = { format: "CMAF", rendition: "a" } as const;

Deno.test("Findings lists the first of each kind, and counts the others", () => {
  const findings = new Findings();
  for (let i = 0; i < 1000; i++) findings.add(PLACE, "size", `got ${i}`, i);
  findings.add({ ...PLACE, segment: 3 }, "bytes", "differs");
  const list = findings.list();
  assertEquals(list.length, 7);
  assertEquals(list[0], { ...PLACE, sample: 1, rule: "size", message: "got 0" });
  assertEquals(list[5], { ...PLACE, segment: 3, rule: "bytes", message: "differs" });
  assertEquals(list[6], { ...PLACE, rule: "size", message: "995 more of this kind" });
});

Deno.test("Findings counts by format and rendition, by format, and all", () => {
  const findings = new Findings();
  for (let i = 0; i < 20; i++) findings.add(PLACE, "size", "");
  findings.add({ format: "CMAF", rendition: "b" }, "size", "");
  findings.add({ format: "Smooth", rendition: "a" }, "size", "");
  assertEquals(findings.count(PLACE), 20);
  assertEquals(findings.count({ format: "CMAF", rendition: "" }), 21);
  assertEquals(findings.count(), 22);
});
