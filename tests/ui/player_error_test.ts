import { assertEquals } from "@std/assert";
import { describePlayerError } from "../../lib/ui/player_error.js";

const errors: [error: unknown, expected: string][] = [
  [
    { code: 1001, data: ["http://host/.mpd", 404] },
    "The server returned an error. (shaka-player 1001, http://host/.mpd, 404)",
  ],
  [{ code: 3016, data: [{}, 4, null] }, "Playback failed. (shaka-player 3016, 4)"],
  [{ code: 9999 }, "Playback failed. (shaka-player 9999)"],
  [
    { code: 1002, data: ["x".repeat(1000)] },
    `The server could not be reached. (shaka-player 1002, ${"x".repeat(294)})`,
  ],
  [new Error("Cannot load shaka-player.css"), "Cannot load shaka-player.css"],
  [undefined, "undefined"],
];

for (const [error, expected] of errors) {
  Deno.test(`describePlayerError() returns ${expected.slice(0, 80)}`, () => {
    assertEquals(describePlayerError(error), expected);
  });
}
