import { assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import type { SampleTable } from "../../lib/mp4/samples/sample_table.ts";
import { InputLimits } from "../../lib/presentation/input_limits.ts";

const table = (count: number) => ({ count }) as SampleTable;

Deno.test("InputLimits rejects more than 1000 tracks", () => {
  const limits = new InputLimits();
  for (let i = 0; i < 1000; i++) limits.add();
  assertThrows(() => limits.add(), MediaError, "Cannot serve more than 1000 tracks");
});

Deno.test("InputLimits rejects more than 67,108,864 samples of all tracks, counting each track once", () => {
  const limits = new InputLimits();
  const samples = table(2 ** 25);
  for (let i = 0; i < 3; i++) limits.add(samples);
  limits.add(table(2 ** 25));
  assertThrows(
    () => limits.add(table(1)),
    MediaError,
    "Cannot serve 67108865 samples of all tracks, expected at most 67108864",
  );
});
