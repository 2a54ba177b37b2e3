/** What amspackager takes, its start included, beside ffprobe on the same files. */

import type { Bench, Section } from "./section.ts";
import { formatAtMost, formatFigure, formatTable, medians } from "./table.ts";
import {
  type AssetName,
  buildPackageCommand,
  LADDER_HOURS,
  listFiles,
  LONG_HOURS,
} from "./assets.ts";

/** In milliseconds: on the clock; and of processors, user and system. */
type Times = Record<"wall" | "processor", number>;

const INPUTS: readonly [title: AssetName, what: string][] = [
  ["long", `one file of ${LONG_HOURS} hours`],
  ["ladder", `ladder of 5 qualities and a sound, ${LADDER_HOURS} hours`],
];

/** Of ffprobe's time on the files of the ladder. */
const TARGET = 0.3;

/** One looks at the sample tables, as ffprobe does it of itself; one reads every packet. */
const SHOW_TABLES = ["-v", "error", "-show_format", "-show_streams"];
const COUNT_PACKETS = ["-v", "error", "-count_packets", "-show_entries", "stream=nb_read_packets"];

export const packaging: Section = {
  name: "packaging",
  heading: "Packaging",
  required: ["ffmpeg", "bash"],
  optional: ["ffprobe"],
  assets: ["long", "ladder"],
  async run(bench) {
    const ffprobe = bench.tools.get("ffprobe");
    bench.print(
      "`amspackager -d 8 -i …` (by `deno run`), then of each file, one after the other, " +
        `\`ffprobe ${SHOW_TABLES.join(" ")}\` and \`ffprobe ${
          COUNT_PACKETS.join(" ")
        }\`. The ratios are of ` +
        "processor time.",
    );
    const rows: string[][] = [];
    for (const [title, what] of INPUTS) {
      bench.progress(`packaging ${title}`);
      const probe = (args: readonly string[]) =>
        listFiles(title).map((file) => [ffprobe!, ...args, file]);
      const commands = [
        [buildPackageCommand(title, "bench.json")],
        ...(ffprobe ? [probe(SHOW_TABLES), probe(COUNT_PACKETS)] : []),
      ];
      rows.push(buildRow(what, await measureTimes(bench, commands), title === "ladder"));
    }
    const head = ["ms, on the clock / of processors", "amspackager", "ffprobe, tables"];
    const ratios = ["of ffprobe, tables", "of ffprobe, packets"];
    bench.print(formatTable([[...head, "ffprobe, packets", ...ratios], ...rows]));
  },
};

/** Medians of each list of commands; the lists take turns. */
async function measureTimes(
  bench: Bench,
  lists: readonly (readonly string[][])[],
): Promise<Times[]> {
  const rounds: Times[][] = lists.map(() => []);
  for (let round = 0; round < bench.rounds; round++) {
    for (const [i, commands] of lists.entries()) {
      const total = { wall: 0, processor: 0 };
      for (const command of commands) {
        const { wall, processor } = await measureTime(bench, command);
        total.wall += wall;
        total.processor += processor;
      }
      rounds[i]!.push(total);
    }
  }
  return rounds.map(medians);
}

/** bash says what a command took, to the millisecond. */
async function measureTime(
  { workspace, tools, root }: Bench,
  command: readonly string[],
): Promise<Times> {
  const said = workspace.path("timed.txt");
  const script = `TIMEFORMAT='%R %U %S'; { time "$@" >"$0" 2>&1; } 2>&1`;
  const text = await workspace.run([tools.get("bash")!, "-c", script, said, ...command], root);
  const [wall, user, system] = text.trim().split(" ").map((it) => Number(it) * 1000);
  return { wall: wall!, processor: user! + system! };
}

function buildRow(what: string, times: readonly Times[], isLadder: boolean): string[] {
  const cell = (it?: Times) =>
    it ? `${formatFigure(it.wall)} / ${formatFigure(it.processor)}` : formatFigure(undefined);
  const [own, tables, packets] = times;
  const target = isLadder ? TARGET : undefined;
  const ratios = [tables, packets].map((it) => it && own!.processor / it.processor);
  return [
    what,
    ...[own, tables, packets].map(cell),
    ...ratios.map((it) => formatAtMost(it, target)),
  ];
}
