/** Compares the time of amspackager, including its start, with that of ffprobe on the same files. */

import type { Bench, Section } from "./section.ts";
import { formatAtMost, formatFigure, formatTable, medians } from "./table.ts";
import {
  type AssetName,
  buildPackageCommand,
  LADDER_HOURS,
  listFiles,
  LONG_HOURS,
} from "./assets.ts";

/** Elapsed time, and processor time (user and system), in milliseconds. */
type Times = Record<"wall" | "processor", number>;

const INPUTS: readonly [asset: AssetName, label: string][] = [
  ["long", `one file of ${LONG_HOURS} hours`],
  ["ladder", `5 video renditions and audio, ${LADDER_HOURS} hours`],
];

/** Maximum of the processor time relative to ffprobe, for the renditions. */
const TARGET = 0.3;

/** Arguments of ffprobe: the first reads the sample tables, the second every packet. */
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
    for (const [asset, label] of INPUTS) {
      bench.progress(`packaging ${asset}`);
      const probe = (args: readonly string[]) =>
        listFiles(asset).map((file) => [ffprobe!, ...args, file]);
      const commands = [
        [buildPackageCommand(asset, { output: "bench.json" })],
        ...(ffprobe ? [probe(SHOW_TABLES), probe(COUNT_PACKETS)] : []),
      ];
      rows.push(buildRow(label, await measureTimes(bench, commands), asset === "ladder"));
    }
    const columns = ["ms, elapsed / processor time", "amspackager", "ffprobe, tables"];
    const ratios = ["relative to tables", "relative to packets"];
    bench.print(formatTable([[...columns, "ffprobe, packets", ...ratios], ...rows]));
  },
};

/** Median times of each list of commands. In each round the lists take turns. */
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

/** Runs a command in bash, whose `time` has a resolution of one millisecond. */
async function measureTime(
  { workspace, tools, root }: Bench,
  command: readonly string[],
): Promise<Times> {
  const output = workspace.path("output.txt");
  const script = `TIMEFORMAT='%R %U %S'; { time "$@" >"$0" 2>&1; } 2>&1`;
  const text = await workspace.run([tools.get("bash")!, "-c", script, output, ...command], root);
  const [wall, user, system] = text.trim().split(" ").map((it) => Number(it) * 1000);
  return { wall: wall!, processor: user! + system! };
}

function buildRow(label: string, times: readonly Times[], isLadder: boolean): string[] {
  const cell = (it?: Times) =>
    it ? `${formatFigure(it.wall)} / ${formatFigure(it.processor)}` : formatFigure(undefined);
  const [own, tables, packets] = times;
  const target = isLadder ? TARGET : undefined;
  const ratios = [tables, packets].map((it) => it && own!.processor / it.processor);
  return [
    label,
    ...[own, tables, packets].map(cell),
    ...ratios.map((it) => formatAtMost(it, target)),
  ];
}
