import { assertEquals } from "@std/assert";
import { classifyPlayerError, describePlayerError } from "../../lib/ui/player_error.js";

const REASON = '{"status":"ERROR","code":"NOT_FOUND","reason":"Cannot find \'a.mp4\'"}';

const errors: [error: unknown, expected: string][] = [
  [
    { code: 1001, data: ["http://host/.mpd", 404, REASON, {}, 0] },
    "The server returned status 404: Cannot find 'a.mp4'. (shaka-player 1001)",
  ],
  [
    { code: 1001, data: ["http://host/.mpd", 502, "<html>Bad Gateway</html>"] },
    "The server returned status 502. (shaka-player 1001)",
  ],
  [
    { code: 1001, data: ["http://host/.mpd", 500, "{broken"] },
    "The server returned status 500. (shaka-player 1001)",
  ],
  [
    { code: 1001, data: ["http://host/.mpd", 500, `{"reason":"${"x".repeat(1000)}"}`] },
    `The server returned status 500: ${"x".repeat(300)}. (shaka-player 1001)`,
  ],
  [{ code: 1001, data: [] }, "The server returned an error. (shaka-player 1001)"],
  [{ code: 3016, data: [{}, 4, null] }, "Playback failed. (shaka-player 3016, 4)"],
  [{ code: 9999 }, "Playback failed. (shaka-player 9999)"],
  [
    { code: 1002, data: ["http://host/.mpd", '{"json":1}'] },
    "The server could not be reached. (shaka-player 1002)",
  ],
  [new Error("Cannot load shaka-player.css"), "Cannot load shaka-player.css"],
  [undefined, "undefined"],
];

for (const [error, expected] of errors) {
  Deno.test(`describePlayerError() returns ${expected.slice(0, 80)}`, () => {
    assertEquals(describePlayerError(error), expected);
  });
}

const kinds: [error: unknown, kind: string][] = [
  [{ code: 1002, data: ["http://host/.mpd"] }, "away"],
  [{ code: 1003, data: ["http://host/.mpd"] }, "away"],
  [{ code: 1001, data: ["http://host/.mpd", 502] }, "away"],
  [{ code: 1001, data: ["http://host/.mpd", 503] }, "away"],
  [{ code: 1001, data: ["http://host/.mpd", 404] }, "missing"],
  [{ code: 1001, data: ["http://host/.mpd", 500] }, "missing"],
  [{ code: 1001, data: ["http://host/.mpd", 404], handled: true }, "handled"],
  [{ code: 4032 }, "unsupported"],
  [{ code: 1002, data: ["http://host/.mpd"], severity: 1 }, "away"],
  [{ code: 4001, data: ["http://host/.mpd"], severity: 1 }, "handled"],
  [{ code: 4001, data: ["http://host/.mpd"], severity: 2 }, "fatal"],
  [{ code: 3016, severity: 2 }, "damaged"],
  [{ code: 3017 }, "fatal"],
  [new Error("Cannot load shaka-player.css"), "fatal"],
  [undefined, "fatal"],
];

for (const [error, kind] of kinds) {
  Deno.test(`classifyPlayerError() returns ${kind} for ${JSON.stringify(error)}`, () => {
    assertEquals(classifyPlayerError(error), kind);
  });
}
