/** TTML reader (TTML1, text features of TTML2 and IMSC1). */

import type { Cue } from "../cue.ts";
import { ParseWarnings } from "../parse_warnings.ts";
import { StyleClasses } from "../text_style.ts";
import type { Webvtt } from "../webvtt.ts";
import { CueTextBudget } from "./budget.ts";
import { getTtmlChildren, readTtmlDocument } from "./document.ts";
import { DocumentWalker } from "./document_walker.ts";
import type { TtmlCue } from "./document_walker.ts";
import { shiftToProgramme } from "./programme.ts";
import { computeChildIntervals, MAX_SECONDS } from "./timing.ts";

export interface TtmlContent extends TtmlPart {
  /** Codecs parameter: `im1t`; "" if unknown. */
  readonly profile: string;
  readonly hasImages: boolean;
  /** The cues of each language, if the document contains several; else empty. */
  readonly parts: readonly TtmlPart[];
}

export interface TtmlPart {
  readonly webvtt: Webvtt;
  /** BCP 47; "" if undeclared. */
  readonly language: string;
  /** Shown even if subtitles are off (IMSC1 §7.4.4). */
  readonly forced: boolean;
}

const MAX_LANGUAGES = 64;

export class TtmlReader {
  readonly warnings = new ParseWarnings();
  readonly classes = new StyleClasses();
  readonly budget = new CueTextBudget();

  /** @throws MediaError if the text is not TTML or its spans change too often */
  read(text: string): TtmlContent {
    this.budget.grant(text.length);
    const document = readTtmlDocument(text, this.warnings);
    const walker = new DocumentWalker(document, this);
    const bodies = getTtmlChildren(document.root, "body");
    const outer = { begin: 0, end: MAX_SECONDS };
    const timing = { outer, clock: document.clock, warnings: this.warnings };
    for (const [i, span] of computeChildIntervals(document.root, bodies, timing).entries()) {
      walker.readBlock(bodies[i]!, { span, styles: new Map(), language: document.language });
    }
    const sorted = walker.cues.sort((a, b) => a.start - b.start);
    const cues = shiftToProgramme(sorted, document.programmeStart, this.warnings);
    const parts = this.#splitByLanguage(cues);
    return {
      ...this.#part(cues, document.language),
      ...parts.length === 1 ? { language: parts[0]!.language } : {},
      profile: document.profile,
      hasImages: walker.hasImages,
      parts: parts.length > 1 ? parts : [],
    };
  }

  /** Each part becomes a track, with all styles of the document. */
  #splitByLanguage(cues: readonly TtmlCue[]): TtmlPart[] {
    const groups = Map.groupBy(cues, ({ language }) => language);
    if (groups.size <= MAX_LANGUAGES) {
      return Array.from(groups, ([language, part]) => this.#part(part, language));
    }
    this.warnings.add(
      `Its ${groups.size} languages, of which at most ${MAX_LANGUAGES} are supported, are shown at once`,
    );
    return [];
  }

  #part(cues: readonly TtmlCue[], language: string): TtmlPart {
    return {
      webvtt: {
        header: "",
        blocks: this.classes.toBlocks(),
        cues: cues.map(toCue),
        warnings: this.warnings.list,
      },
      language,
      forced: cues.length > 0 && cues.every(({ forced }) => forced),
    };
  }
}

function toCue({ start, end, id, settings, text }: TtmlCue): Cue {
  return { start, end, id, settings, text };
}

/** @throws MediaError if the text is not TTML or its spans change too often */
export function parseTtml(text: string): TtmlContent {
  return new TtmlReader().read(text);
}
