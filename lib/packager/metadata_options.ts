/** Options of amspackager for what it says about the whole presentation. */

import type { OptionTable, OptionValues } from "../cli/option_table.ts";
import { omitUndefined } from "../omit_undefined.ts";
import { DESCRIPTION_TEXT, TITLE_TEXT } from "../package/metadata_schema.ts";

export interface MetadataOptions {
  readonly title?: string;
  readonly description?: string;
  /** As typed, as is `chapters`. */
  readonly poster?: string;
  readonly chapters?: string;
}

export const METADATA_OPTIONS = {
  title: {
    placeholder: "TEXT",
    help: "Title of the presentation",
    expected: "1 to 500 characters on one line",
    parse: (text: string) => TITLE_TEXT.test(text) ? text : undefined,
  },
  description: {
    placeholder: "TEXT",
    help: "Description of the presentation",
    expected: "1 to 2000 characters, without control characters other than tabs and line breaks",
    parse: (text: string) => DESCRIPTION_TEXT.test(text) ? text : undefined,
  },
  poster: {
    placeholder: "FILE",
    help: "JPEG or PNG to show before playback, in the directory of the package or below it",
    expected: "a file",
    parse: (file: string) => file,
  },
  chapters: {
    placeholder: "FILE",
    help: "Chapters: a WebVTT file with a cue for each",
    defaultHelp: "those in the media files",
    expected: "a file",
    parse: (file: string) => file,
  },
} as const satisfies OptionTable;

/** Returns undefined without any of the options. */
export function readMetadataOptions(
  { title, description, poster, chapters }: OptionValues<typeof METADATA_OPTIONS>,
): MetadataOptions | undefined {
  const metadata: MetadataOptions = omitUndefined({ title, description, poster, chapters });
  return Object.keys(metadata).length > 0 ? metadata : undefined;
}
