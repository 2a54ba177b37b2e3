import { assertEquals } from "@std/assert";
import { replaceControls } from "../../lib/cli/control_characters.ts";

Deno.test("replaceControls() replaces what a terminal obeys, and keeps all other characters", () => {
  assertEquals(replaceControls("a\x1b[31m\r\n\tb\x7f\u009b1m\0"), "a?[31m???b??1m?");
  assertEquals(replaceControls("Größe “12” 映画 🎬.mp4"), "Größe “12” 映画 🎬.mp4");
});
