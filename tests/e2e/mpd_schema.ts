/** Validates MPDs against the schema of ISO/IEC 23009-1. */

/** Path of DASH-MPD.xsd, whose license does not allow to distribute it. */
export const SCHEMA = Deno.env.get("AMS_MPD_SCHEMA");

/** Validates an MPD with xmllint, and returns its messages; "" if it is valid. */
export async function validateMpd(text: string, schema: string): Promise<string> {
  const file = await Deno.makeTempFile({ suffix: ".mpd" });
  try {
    await Deno.writeTextFile(file, text);
    const args = ["--nonet", "--noout", "--schema", schema, file];
    const { success, stderr } = await new Deno.Command("xmllint", { args }).output();
    return success ? "" : new TextDecoder().decode(stderr) + text;
  } finally {
    await Deno.remove(file);
  }
}
