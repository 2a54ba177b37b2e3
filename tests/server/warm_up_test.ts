import { warmUp } from "../../lib/server/warm_up.ts";

Deno.test("warmUp() opens its film, and has done so when it is kept", async () => {
  await warmUp(); // what it opens is broken where this throws
});
