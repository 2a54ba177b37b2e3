import { assertEquals } from "@std/assert";
import { Recovery } from "../../lib/ui/recovery.js";
import { ResponseError } from "../../lib/ui/error_message.js";
import type { AssetInfo } from "../../lib/ui/asset_info.js";
import type { PlayerProblem } from "../../lib/ui/player_message.js";

const AWAY = { code: 1002, data: ["http://host/a.m4s"] };
const MISSING = { code: 1001, data: ["http://host/a.m4s", 404, '{"reason":"Cannot find it"}'] };
const TRYING = "The server could not be reached. Trying again…";
const REASON = "The server returned status 404: Cannot find it. (shaka-player 1001)";

function createAbout(version: string, live = false): AssetInfo {
  return { version, ...live ? { live: {} } : {} } as unknown as AssetInfo;
}

/** A playback whose `calls` record what the recovery does. */
function createRecovery(
  { about = createAbout("v1"), fetchAbout = () => Promise.resolve(createAbout("v1")) } = {},
) {
  const calls: string[] = [];
  const record = (name: string) => () => void calls.push(name);
  const shown: { problem: PlayerProblem | undefined } = { problem: undefined };
  const state = { hasFallback: true };
  const recovery = new Recovery({
    getAbout: () => about,
    fetchAbout,
    show: (problem: PlayerProblem | undefined) => shown.problem = problem,
    retry: record("retry"),
    allowFallback: (isAllowed: boolean) => state.hasFallback = isAllowed,
    reload: record("reload"),
    replace: ({ version }: AssetInfo) => void calls.push(`replace ${version}`),
    describeUnsupported: () => ({ text: "unsupported" }),
    timers: {
      set: (run: () => void) => {
        calls.push("wait");
        elapse = async () => {
          run();
          await new Promise((resolve) => setTimeout(resolve)); // the answer of the server
        };
        return 1;
      },
      clear: () => {},
    },
  });
  let elapse = () => Promise.resolve();
  return { recovery, calls, shown, state, elapse: () => elapse() };
}

Deno.test("Recovery tries again while the server is away, until it responds", async () => {
  const { recovery, calls, shown, elapse } = createRecovery();
  await recovery.fail(AWAY);
  assertEquals([shown.problem?.text, shown.problem?.isTrying], [TRYING, true]);
  recovery.succeed(); // another request
  assertEquals(shown.problem, undefined);
  await elapse();
  assertEquals(calls, ["wait", "retry"]);
});

Deno.test("Recovery sends a single request at a time until the server is back", async () => {
  const failures = [
    new TypeError("Failed to fetch"),
    new DOMException("signal timed out", "TimeoutError"),
    new ResponseError("", { code: "OVERLOADED", status: 503 }),
  ];
  let requests = 0;
  const fetchAbout = () => {
    const failure = failures[requests++];
    return failure ? Promise.reject(failure) : Promise.resolve(createAbout("v1"));
  };
  const { recovery, calls, shown, elapse } = createRecovery({ fetchAbout });
  await recovery.fail(AWAY);
  for (const _ of failures) await elapse();
  assertEquals([calls, requests], [["wait", "wait", "wait", "wait"], 3]);
  assertEquals(shown.problem?.isTrying, true);
  await elapse();
  assertEquals(calls.at(-1), "retry");
});

Deno.test("Recovery replaces no rendition by another one while the server is away", async () => {
  const { recovery, state, elapse } = createRecovery();
  await recovery.fail(AWAY);
  assertEquals(state.hasFallback, false);
  await elapse();
  assertEquals(state.hasFallback, true);
  await recovery.fail(AWAY);
  assertEquals(state.hasFallback, false);
  recovery.succeed();
  assertEquals(state.hasFallback, true);
});

Deno.test("Recovery loads media when the server has no description of it, to say why", async () => {
  const failure = new ResponseError("Cannot find 'film.mp4'", { code: "NOT_FOUND", status: 404 });
  const { recovery, calls, elapse } = createRecovery({ fetchAbout: () => Promise.reject(failure) });
  await recovery.fail(AWAY);
  await elapse();
  assertEquals(calls, ["wait", "retry"]);
});

Deno.test("Recovery goes on once, however often it is told to", async () => {
  const { recovery, calls, shown } = createRecovery();
  await recovery.fail(AWAY);
  for (const _ of [1, 2, 3]) shown.problem?.action?.run();
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(calls, ["wait", "retry"]);
});

Deno.test("Recovery offers a file that replaced the one that played", async () => {
  const fetchAbout = () => Promise.resolve(createAbout("v2"));
  const { recovery, calls, shown } = createRecovery({ fetchAbout });
  await recovery.fail(MISSING);
  assertEquals(shown.problem?.text, "This file was replaced while it played.");
  recovery.succeed(); // another request: the file stays replaced
  shown.problem?.action?.run();
  assertEquals(calls, ["replace v2"]);
});

const finals: [
  name: string,
  error: unknown,
  text: string,
  options?: Parameters<typeof createRecovery>[0],
][] = [
  ["a missing segment of the same version", MISSING, REASON],
  [
    "a file that is gone",
    MISSING,
    "Cannot find 'film.mp4'.",
    { fetchAbout: () => Promise.reject(new Error("Cannot find 'film.mp4'")) },
  ],
  ["a decoder error", { code: 3016, data: [3] }, "Playback failed. (shaka-player 3016, 3)"],
];

for (const [name, error, text, options] of finals) {
  Deno.test(`Recovery gives up, and offers to load again: ${name}`, async () => {
    const { recovery, calls, shown } = createRecovery(options);
    await recovery.fail(error);
    assertEquals([shown.problem?.text, shown.problem?.isTrying], [text, undefined]);
    shown.problem?.action?.run();
    assertEquals(calls, ["reload"]);
  });
}

Deno.test("Recovery tries again when nothing responds to the look for a new version", async () => {
  const { recovery, calls, shown } = createRecovery({
    fetchAbout: () => Promise.reject(new TypeError("Failed to fetch")),
  });
  await recovery.fail(MISSING);
  assertEquals([shown.problem?.isTrying, calls], [true, ["wait"]]);
});

Deno.test("Recovery tries again for a missing segment of a channel, whose versions are its periods", async () => {
  const { recovery, calls } = createRecovery({ about: createAbout("v1", true) });
  await recovery.fail(MISSING);
  assertEquals(calls, ["wait"]);
});

Deno.test("Recovery loads a channel again behind media that the browser rejects", async () => {
  const { recovery, calls, shown, elapse } = createRecovery({ about: createAbout("v1", true) });
  await recovery.fail({ code: 3016, data: [3] });
  assertEquals(shown.problem?.isTrying, true);
  await elapse();
  await recovery.fail(MISSING);
  await elapse();
  assertEquals(calls, ["wait", "reload", "wait", "retry"]);
});

Deno.test("Recovery says nothing while another rendition plays", async () => {
  const { recovery, calls, shown } = createRecovery();
  await recovery.fail({ ...MISSING, handled: true });
  assertEquals([calls, shown.problem], [[], undefined]);
});

Deno.test("Recovery names what the browser does not decode", async () => {
  const { recovery, shown } = createRecovery();
  await recovery.fail({ code: 4032 });
  assertEquals(shown.problem, { text: "unsupported" });
});
