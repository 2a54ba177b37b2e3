import { assertEquals, assertThrows } from "@std/assert";
import { KeysError } from "../../lib/errors.ts";
import type { AssetKeyRequest } from "../../lib/drm/asset_keys.ts";
import { KeyUses } from "../../lib/keys/key_uses.ts";
import { FakeClock } from "../http/fake_clock.ts";

const KID = "a56ce54c-0cc3-87e6-8470-40368011fbf6";
const OTHER = "75794092-4434-8559-bd33-c5716f3ba359";

const FIRST: AssetKeyRequest = {
  file: "first.json",
  source: "house",
  content: "heat",
  scheme: "cbcs",
};
const SECOND: AssetKeyRequest = { ...FIRST, scheme: "cenc", file: "second.json" };

Deno.test("KeyUses.add() rejects a KID of another scheme, and names both packages", () => {
  const uses = new KeyUses(() => 0);
  uses.add([KID], FIRST);
  uses.add([KID], { ...FIRST, file: "third.json" });
  uses.add([OTHER], SECOND);
  assertThrows(
    () => uses.add([OTHER, KID], SECOND),
    KeysError,
    `Cannot use KID ${KID} in 'second.json' with cenc: 'first.json' uses it with cbcs`,
  );
});

Deno.test("KeyUses.add() accepts another scheme two minutes after the last use", () => {
  const clock = new FakeClock();
  const uses = new KeyUses(() => clock.now());
  uses.add([KID], FIRST);
  clock.advance(60_000);
  uses.add([KID], FIRST); // the asset is still open
  clock.advance(119_999);
  assertThrows(() => uses.check([KID], SECOND), KeysError);
  clock.advance(1);
  uses.add([KID], SECOND);
  assertThrows(() => uses.check([KID], FIRST), KeysError);
});

Deno.test("KeyUses.add() accepts another scheme of the same package, which no other uses", () => {
  const uses = new KeyUses(() => 0);
  const changed = { ...SECOND, file: FIRST.file };
  uses.add([KID], FIRST);
  uses.add([KID], changed);
  const other = { ...SECOND, file: "other.json" };
  uses.add([KID], other);
  assertThrows(() => uses.add([KID], FIRST), KeysError, "'other.json' uses it with cenc");
});

Deno.test("KeyUses.listRequests() returns the last request of each asset that is open", () => {
  const clock = new FakeClock();
  const uses = new KeyUses(() => clock.now());
  uses.add([KID], FIRST);
  clock.advance(60_000);
  uses.add([OTHER], SECOND);
  const changed = { ...SECOND, content: "other" };
  uses.add([OTHER], changed);
  assertEquals(uses.listRequests(), [FIRST, changed]);
  clock.advance(60_000);
  assertEquals(uses.listRequests(), [changed]);
});
