import { assertEquals } from "@std/assert";
import { FollowedResponses } from "../../lib/http/followed_responses.ts";

Deno.test("FollowedResponses counts responses in progress, and connections that have several", () => {
  const followed = new FollowedResponses(2);
  const read = () => [
    followed.getCount("a"),
    followed.getCount("b"),
    followed.bytes,
    followed.hasMultiplexed,
  ];
  assertEquals(read(), [0, 0, 0, false]);
  const first = followed.add("a", 10);
  followed.add("b", 5);
  assertEquals(read(), [1, 1, 15, false]);
  const second = followed.add("a", 20);
  const third = followed.add("a", 30);
  assertEquals(read(), [3, 1, 65, true]);
  first();
  assertEquals(read(), [2, 1, 55, true]);
  third();
  assertEquals(read(), [1, 1, 25, false]);
  second();
  assertEquals(read(), [0, 1, 5, false]);
});
