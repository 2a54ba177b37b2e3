import { assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { CueTextBudget } from "../../../lib/subtitles/ttml/budget.ts";

const limits: [what: string, documents: number[], characters: number][] = [
  ["no document", [], 2 ** 17],
  ["a document", [1000], 2 ** 17 + 32_000],
  ["several documents", [1000, 500], 2 ** 17 + 48_000],
  ["a large document", [2 ** 24], 2 ** 24],
  ["documents that are large together", Array(100).fill(2 ** 20), 2 ** 24],
];

for (const [what, documents, characters] of limits) {
  Deno.test(`CueTextBudget grants ${characters} characters for ${what}`, () => {
    const budget = new CueTextBudget();
    documents.forEach((length) => budget.grant(length));
    budget.spend(characters - 1);
    budget.spend(1);
    const message = `Cannot read TTML: its cues repeat more than ${characters} characters`;
    assertThrows(() => budget.spend(1), MediaError, message);
  });
}
