import { assertEquals } from "@std/assert";
import * as v from "valibot";
import {
  describeIssues,
  jsonInteger,
  jsonObject,
  jsonRecord,
  jsonText,
} from "../lib/json_object.ts";

const SCHEMA = jsonObject({
  count: jsonInteger(1, 5),
  size: v.exactOptional(jsonInteger(0)),
  name: v.exactOptional(jsonText(/^[a-z]+$/, "expected letters")),
  tags: v.exactOptional(jsonRecord(jsonText(/^[a-z]$/, "expected a letter"), jsonInteger(0), 2)),
});

const CASES: [value: unknown, expected: string | undefined][] = [
  [{ count: 1 }, undefined],
  [{ count: 5, size: 0, name: "a", tags: { a: 1, b: 2 } }, undefined],
  [{ coun: 1 }, "coun: Cannot use this key: expected one of count, size, name, tags"],
  [{ count: 6 }, "count: Cannot use this value: expected an integer from 1 to 5"],
  [{ count: 1.5 }, "count: Cannot use this value: expected an integer from 1 to 5"],
  [{ count: 1, size: -1 }, "size: Cannot use this value: expected an integer of at least 0"],
  [{}, "count: Cannot find this key"],
  [[], "Cannot use this value: expected an object"],
  [null, "Cannot use this value: expected an object"],
  [{ count: 1, name: "B" }, "name: Cannot use this value: expected letters"],
  [{ count: 1, tags: { A: 1 } }, "tags.A: Cannot use this name: expected a letter"],
  [
    { count: 1, tags: { a: 0, b: 0, c: 0 } },
    "tags: Cannot use this value: expected an object of at most 2 members",
  ],
  [
    JSON.parse('{"count":1,"tags":{"__proto__":1}}'),
    "tags: Cannot use this value: expected an object of at most 2 members",
  ],
  [
    { count: 1, "a\nb": 1 },
    '["a\\nb"]: Cannot use this key: expected one of count, size, name, tags',
  ],
];

for (const [value, expected] of CASES) {
  Deno.test(`describeIssues() describes ${JSON.stringify(value)}`, () => {
    const { issues } = v.safeParse(SCHEMA, value, { abortPipeEarly: true });
    assertEquals(issues && describeIssues(issues), expected);
  });
}
