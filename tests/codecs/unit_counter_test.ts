import { assertThrows } from "@std/assert";
import { UnitCounter } from "../../lib/codecs/unit_counter.ts";
import { MediaError } from "../../lib/errors.ts";

Deno.test("UnitCounter.add() accepts as many units as an hour has, and bounds them", () => {
  const units = new UnitCounter();
  for (let i = 0; i < 3600 * 60 * 4; i++) units.add();
  const addMany = () => {
    for (let i = 0; i < 2 ** 18; i++) units.add();
  };
  assertThrows(addMany, MediaError, "Cannot protect a segment of more than 1048576 NAL units");
});
