import { assertEquals } from "@std/assert";
import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { readBoxes } from "../../lib/mp4/box.ts";
import { ftyp, styp } from "../../lib/mp4/file_type.ts";

Deno.test("ftyp() repeats its major brand among the compatible ones", () => {
  const w = new ByteWriter(16);
  ftyp(w, ["iso6", "cmfc"]);
  readBoxes(new ByteReader(w.finish()), {
    ftyp: (r) => assertEquals([r.ascii(4), r.u32(), r.ascii(r.left)], ["iso6", 0, "iso6cmfc"]),
  });
});

Deno.test("styp() repeats its major brand among the compatible ones", () => {
  const w = new ByteWriter(16);
  styp(w, ["msdh", "cmfs"]);
  readBoxes(new ByteReader(w.finish()), {
    styp: (r) => assertEquals([r.ascii(4), r.u32(), r.ascii(r.left)], ["msdh", 0, "msdhcmfs"]),
  });
});
