import { warmUp } from "../../lib/ams/warm_up.ts";

Deno.test("warmUp() resolves", async () => {
  await warmUp();
});
