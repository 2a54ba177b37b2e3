import { assertThrows } from "@std/assert";
import { KeysError } from "../../lib/drm/keys_error.ts";
import { KidUses } from "../../lib/keys/kid_uses.ts";
import { FakeClock } from "../http/fake_clock.ts";

const KID = "a56ce54c-0cc3-87e6-8470-40368011fbf6";
const OTHER = "75794092-4434-8559-bd33-c5716f3ba359";

const FIRST = { scheme: "cbcs", file: "first.json" } as const;
const SECOND = { scheme: "cenc", file: "second.json" } as const;

Deno.test("KidUses.add() rejects a KID of another scheme, and names both packages", () => {
  const uses = new KidUses(() => 0);
  uses.add([KID], FIRST);
  uses.add([KID], { ...FIRST, file: "third.json" });
  uses.add([OTHER], SECOND);
  assertThrows(
    () => uses.add([OTHER, KID], SECOND),
    KeysError,
    `Cannot use KID ${KID} in 'second.json' with cenc: 'third.json' uses it with cbcs`,
  );
});

Deno.test("KidUses.add() accepts another scheme two minutes after the last use", () => {
  const clock = new FakeClock();
  const uses = new KidUses(() => clock.now());
  uses.add([KID], FIRST);
  clock.advance(60_000);
  uses.add([KID], FIRST); // the asset is still open
  clock.advance(119_999);
  assertThrows(() => uses.check([KID], SECOND), KeysError);
  clock.advance(1);
  uses.add([KID], SECOND);
  assertThrows(() => uses.check([KID], FIRST), KeysError);
});
