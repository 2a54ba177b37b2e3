import type { ByteWriter } from "../bytes.ts";

/** File Type (14496-12 §4.3). */
export function ftyp(w: ByteWriter, brands: readonly string[]): void {
  w.box("ftyp", () => writeBrands(w, brands));
}

/** Segment Type (14496-12 §8.16.2). */
export function styp(w: ByteWriter, brands: readonly string[]): void {
  w.box("styp", () => writeBrands(w, brands));
}

/** Writes the body of ftyp or styp. The first brand is the major brand. */
function writeBrands(w: ByteWriter, brands: readonly string[]): void {
  w.ascii(brands[0]!);
  w.u32(0);
  for (const brand of brands) w.ascii(brand);
}
