/** CI runs what is pinned: actions by digest, packages by the lock files. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { buildCompileArguments } from "../compile.ts";

const ROOT = new URL("../", import.meta.url);
const WORKFLOWS = new URL(".github/workflows/", ROOT);

const FILES = [...Deno.readDirSync(WORKFLOWS)].map(({ name }) => new URL(name, WORKFLOWS));

/** Tasks whose last command resolves packages. */
const FROZEN_TASKS = /\bdeno(@[\d.]+)? task (check|test(:e2e)?)\b.*/g;

Deno.test("workflows pin actions by digest", () => {
  const actions = FILES.flatMap((file) =>
    [...Deno.readTextFileSync(file).matchAll(/uses: (.*)/g)].map(([, action]) => action!)
  );
  assert(actions.length > 5);
  for (const action of actions) {
    assertMatch(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  }
});

Deno.test("CI and deno task compile reject an outdated lock file", () => {
  const tasks = [...FILES, new URL(".ci/run", ROOT)].flatMap((file) =>
    [...Deno.readTextFileSync(file).matchAll(FROZEN_TASKS)].map(([command]) => command)
  );
  assertEquals(tasks.length, 5);
  for (const task of tasks) assertMatch(task, / --frozen$/);
  assert(buildCompileArguments("ams", "ams").includes("--frozen"));
});
