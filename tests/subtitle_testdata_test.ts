/** Subtitle files of testdata/, each with one trait: the tracks and cues that AMS reads. */

import { assertEquals } from "@std/assert";
import { formatTtml } from "../lib/subtitles/ttml/format.ts";
import { openTestdata } from "./sample_presentations.ts";
import type { SubtitleRendition } from "../lib/presentation/presentation.ts";

type Cue = [start: number, end: number, text: string, settings?: string];

interface Expected {
  /** By language. */
  readonly tracks: Readonly<Record<string, readonly Cue[]>>;
  readonly warnings?: readonly string[];
}

const RTL_SETTINGS = "position:90% size:80% align:right";

const FILES: Readonly<Record<string, Expected>> = {
  "cues-ttml-nondrop.itt": {
    tracks: {
      en: [
        [1001, 2503, "A second of time code"],
        [3603604, 3605606, "An hour of time code"],
      ],
    },
  },
  "cues-ttml-dropframe.ttml": {
    tracks: {
      en: [
        [60027, 60060, "The last frame of the first minute"],
        [3599996, 3600997, "An hour"],
      ],
    },
    warnings: [warnLate("cues-ttml-dropframe.ttml", 2, 2, 60.027)],
  },
  "cues-ttml-nonconforming.ttml": {
    tracks: {
      en: [
        [1010, 2760, "Milliseconds after a colon"],
        [3250, 4500, "Minutes and seconds"],
        [5000, 6000, "Minutes and whole seconds"],
        [7500, 8250, "Seconds without a metric"],
        [11000, 12000, "One"],
        [12000, 13000, "two"],
        [14000, 15000, "Hello <i>big</i> <b>world</b>"],
      ],
    },
    warnings: [
      "cues-ttml-nonconforming.ttml: Times such as 00:00:01:500 are interpreted as milliseconds",
      'cues-ttml-nonconforming.ttml: Line 8: begin="around nine" is not a time, so the text is left out',
      "cues-ttml-nonconforming.ttml: Times of spans are interpreted as absolute, since all are after their paragraph",
    ],
  },
  "cues-ttml-languages.ttml": {
    tracks: {
      en: [[1000, 3000, "Hello"], [4000, 5000, "She said: <lang fr>au revoir</lang>"]],
      ko: [[1000, 3000, "안녕하세요"]],
      "pt-BR": [[1000, 3000, "Olá"]],
    },
  },
  "cues-ttml-programme.ttml": {
    tracks: {
      de: [
        [1000, 3000, "Guten Tag", "size:80%"],
        [4200, 5600, "Wie geht es Ihnen?", "size:80%"],
      ],
    },
    warnings: [
      "cues-ttml-programme.ttml: 1 cues that end before documentStartOfProgramme are left out",
    ],
  },
  "cues-ttml-rtl.ttml": {
    tracks: {
      ar: [
        [1000, 2000, "- كيف حالك؟", RTL_SETTINGS],
        [2000, 3000, "مرحبا بالعالم!", "line:10% size:80%"],
        [3000, 4000, "\u200FDVD جديد", "line:40% position:10% size:80% align:left"],
        [4000, 5000, "Left to right", "position:10% size:80% align:left"],
      ],
    },
  },
  "cues-ttml-vertical.ttml": {
    tracks: {
      ja: [
        [
          1000,
          2000,
          "右側の縦書き\n二行目です",
          "vertical:rl line:95%,end position:10% size:80% align:left",
        ],
        [2000, 3000, "左側", "vertical:rl line:5% position:10% size:80% align:left"],
        [3000, 4000, "ᠮᠣᠩᠭᠣᠯ", "vertical:lr line:5% position:10% size:80% align:left"],
      ],
    },
  },
  "cues-ttml-visibility.ttml": {
    tracks: {
      ja: [
        [1000, 2000, "Hello"],
        [3000, 4000, "visible"],
        [5000, 7000, "While the region is active"],
        [10000, 11000, "<ruby>漢字<rt>かんじ</rt></ruby>を読む"],
      ],
    },
  },
  "cues-srt-html.srt": {
    tracks: {
      und: [
        [1000, 2000, "Line one\nLine two\nLine three"],
        [3000, 4000, "Only the text"],
        [5000, 6000, `<i>Em</i> and <b>strong</b> "R&amp;B" &lt;i&gt; 'q' é…`],
        [7000, 8000, "List&lt;i32&gt; and a &lt;b"],
        [9000, 10000, "I &lt;3 you &amp; 1 &lt; 2"],
        [11000, 12000, "<i>Italic</i> <b>bold</b> <c.yellow>yellow</c>"],
      ],
    },
  },
  "cues-vtt-timemap.vtt": {
    tracks: { und: [[1000, 2000, "At 1 s"], [3000, 4000, "At 3 s"]] },
  },
  "cues-vtt-thumbnails.vtt": {
    tracks: {},
    warnings: [
      "cues-vtt-thumbnails.vtt: is left out: its cues are URLs of thumbnails, not subtitles",
    ],
  },
};

function warnLate(file: string, late: number, count: number, first: number): string {
  return `${file}: ${late} of ${count} cues start after the end of audio and video at 12 s, ` +
    `the first cue starts at ${first} s; correct the times of the subtitles`;
}

for (const [file, { tracks, warnings = [] }] of Object.entries(FILES)) {
  Deno.test(`openInputs() reads ${file}`, async () => {
    const opened = await openTestdata(["ladder-avc-240p.mp4", file]);
    opened.close();
    const subtitles = [...opened.renditions.values()]
      .filter((rendition): rendition is SubtitleRendition => rendition.type === "text");
    const cues = subtitles.map(({ webvtt }) =>
      webvtt.cues.map(({ start, end, text, settings }): Cue =>
        settings ? [start, end, text, settings] : [start, end, text]
      )
    );
    assertEquals<readonly (readonly Cue[])[]>(cues, Object.values(tracks));
    const languages = subtitles.map(({ language }) => language);
    assertEquals(languages, Object.keys(tracks));
    const found = opened.warnings.filter((line) =>
      line.startsWith(file) && !/language .* is unknown/.test(line)
    );
    assertEquals(found, warnings);
  });
}

Deno.test("Smooth Streaming declares the direction of cues-vtt-rtl.vtt", async () => {
  const opened = await openTestdata(["ladder-avc-240p.mp4", "cues-vtt-rtl.vtt"]);
  opened.close();
  const { webvtt } = [...opened.renditions.values()].at(-1) as SubtitleRendition;
  const document = formatTtml(webvtt, { start: 0, end: 6000, language: "ar" });
  const paragraphs = document.match(/(?<=<p [^>]*region="\w+" )[^>]*(?=>)/g);
  assertEquals(paragraphs, [
    'style="rtl"',
    'style="rtl-right" s:textAlign="start"',
    'tts:textAlign="start"',
  ]);
});
