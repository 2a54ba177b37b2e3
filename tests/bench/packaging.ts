/** What amspackager takes, its start included, beside ffprobe on the same files. */

import type { Bench, Section } from "./section.ts";
import { atMost, figure, medians, table } from "./table.ts";
import { filesOf, LADDER_HOURS, LONG_HOURS, packageCommand, type TitleName } from "./assets.ts";

/** In milliseconds: on the clock; and of processors, user and system. */
type Times = Record<"wall" | "processor", number>;

const TITLES: readonly [title: TitleName, what: string][] = [
  ["long", `one file of ${LONG_HOURS} hours`],
  ["ladder", `ladder of 5 qualities and a sound, ${LADDER_HOURS} hours`],
];

/** Of ffprobe's time on the files of the ladder. */
const TARGET = 0.3;

/** One looks at the sample tables, as ffprobe does it of itself; one reads every packet. */
const SHOW = ["-v", "error", "-show_format", "-show_streams"];
const COUNT = ["-v", "error", "-count_packets", "-show_entries", "stream=nb_read_packets"];

export const packaging: Section = {
  name: "packaging",
  title: "Packaging",
  needs: ["ffmpeg", "bash"],
  likes: ["ffprobe"],
  titles: ["long", "ladder"],
  async run(bench) {
    const ffprobe = bench.tools.get("ffprobe");
    bench.print(
      "`amspackager -d 8 -i …` (by `deno run`), then of each file, one after the other, " +
        `\`ffprobe ${SHOW.join(" ")}\` and \`ffprobe ${COUNT.join(" ")}\`. The ratios are of ` +
        "processor time.",
    );
    const rows: string[][] = [];
    for (const [title, what] of TITLES) {
      bench.say(`packaging ${title}`);
      const probe = (args: readonly string[]) =>
        filesOf(title).map((file) => [ffprobe!, ...args, file]);
      const commands = [
        [packageCommand(title, "bench.json")],
        ...(ffprobe ? [probe(SHOW), probe(COUNT)] : []),
      ];
      rows.push(packagingRow(what, await timesOf(bench, commands), title === "ladder"));
    }
    const head = ["ms, on the clock / of processors", "amspackager", "ffprobe, tables"];
    const ratios = ["of ffprobe, tables", "of ffprobe, packets"];
    bench.print(table([[...head, "ffprobe, packets", ...ratios], ...rows]));
  },
};

/** Medians of each list of commands; the lists take turns. */
async function timesOf(bench: Bench, lists: readonly (readonly string[][])[]): Promise<Times[]> {
  const rounds: Times[][] = lists.map(() => []);
  for (let round = 0; round < bench.rounds; round++) {
    for (const [i, commands] of lists.entries()) {
      const total = { wall: 0, processor: 0 };
      for (const command of commands) {
        const { wall, processor } = await timed(bench, command);
        total.wall += wall;
        total.processor += processor;
      }
      rounds[i]!.push(total);
    }
  }
  return rounds.map(medians);
}

/** bash says what a command took, to the millisecond. */
async function timed({ place, tools, root }: Bench, command: readonly string[]): Promise<Times> {
  const said = place.path("timed.txt");
  const script = `TIMEFORMAT='%R %U %S'; { time "$@" >"$0" 2>&1; } 2>&1`;
  const text = await place.run([tools.get("bash")!, "-c", script, said, ...command], root);
  const [wall, user, system] = text.trim().split(" ").map((it) => Number(it) * 1000);
  return { wall: wall!, processor: user! + system! };
}

function packagingRow(what: string, times: readonly Times[], isLadder: boolean): string[] {
  const cell = (it?: Times) =>
    it ? `${figure(it.wall)} / ${figure(it.processor)}` : figure(undefined);
  const [own, tables, packets] = times;
  const target = isLadder ? TARGET : undefined;
  const ratios = [tables, packets].map((it) => it && own!.processor / it.processor);
  return [
    what,
    ...[own, tables, packets].map(cell),
    ...ratios.map((it) => atMost(it, target)),
  ];
}
