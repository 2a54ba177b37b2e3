import { assertEquals } from "@std/assert";
import {
  choiceType,
  HOST_AND_PORT,
  integerType,
  secondsType,
  sizeType,
} from "../../lib/cli/value_types.ts";

const integer = integerType({ min: 1, max: 65535 });
const seconds = secondsType({ min: 0.5, max: 10 });
const size = sizeType({ min: 1024, expected: "a size" });
const choice = choiceType(["text", "json"]);

const HOSTS_AND_PORTS = {
  "127.0.0.1:9090": { host: "127.0.0.1", port: 9090 },
  "[::1]:0": { host: "::1", port: 0 },
  "metrics.example:65535": { host: "metrics.example", port: 65535 },
  "127.0.0.1:65536": undefined,
  "127.0.0.1": undefined,
  "::1:9090": undefined,
  "[metrics]:80": undefined,
  ":9090": undefined,
  "a:b:80": undefined,
  "http://a:80": undefined,
};

const cases: [what: string, value: unknown, expected: unknown][] = [
  ["integerType() accepts 1", integer.parse("1"), 1],
  ["integerType() refuses 0", integer.parse("0"), undefined],
  ["integerType() refuses 65536", integer.parse("65536"), undefined],
  ["integerType() refuses 1e1", integer.parse("1e1"), undefined],
  ["integerType() refuses a sign", integer.parse("+1"), undefined],
  ["integerType() refuses no text", integer.parse(""), undefined],
  ["secondsType() accepts 0.5", seconds.parse("0.5"), 0.5],
  ["secondsType() refuses 0.49", seconds.parse("0.49"), undefined],
  ["secondsType() refuses .5", seconds.parse(".5"), undefined],
  ["sizeType() accepts 1k", size.parse("1k"), 1024],
  ["sizeType() accepts 2G", size.parse("2G"), 2 ** 31],
  ...["256M", "256MB", "256MiB", "256mb"].map((text): [string, unknown, unknown] => [
    `sizeType() accepts ${text}`,
    size.parse(text),
    2 ** 28,
  ]),
  ["sizeType() refuses 2048B", size.parse("2048B"), undefined],
  ["sizeType() refuses 2 M", size.parse("2 M"), undefined],
  ["sizeType() refuses 1023", size.parse("1023"), undefined],
  ["sizeType() refuses 1T", size.parse("1T"), undefined],
  ["sizeType() refuses more than 2^53", size.parse("9999999999G"), undefined],
  ["choiceType() accepts json", choice.parse("json"), "json"],
  ["choiceType() refuses JSON", choice.parse("JSON"), undefined],
  ...Object.entries(HOSTS_AND_PORTS).map(([text, value]): [string, unknown, unknown] => [
    `HOST_AND_PORT ${value ? "accepts" : "refuses"} ${text}`,
    HOST_AND_PORT.parse(text),
    value,
  ]),
  ["choiceType() lists the choices", choice.expected, "one of text, json"],
];

for (const [what, value, expected] of cases) {
  Deno.test(what, () => assertEquals(value, expected));
}
