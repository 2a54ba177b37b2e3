/** The files of deploy/observe/ name metrics and labels that ams has. tests/e2e/observe_test.ts runs promtool. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/yaml/parse";
import { METRICS } from "../lib/metrics/metric_table.ts";
import { codeSpans, read } from "./documents.ts";

interface Alerts {
  readonly groups: { readonly rules: { readonly alert: string; readonly expr: string }[] }[];
}

interface AlertTests {
  readonly tests: {
    readonly "input_series": { readonly series: string }[];
    readonly "alert_rule_test": { readonly alertname: string; readonly "exp_alerts"?: unknown[] }[];
  }[];
}

interface Dashboard {
  readonly panels: { readonly title: string; readonly targets?: { readonly expr: string }[] }[];
  readonly templating: { readonly list: { readonly query: string | { readonly query: string } }[] };
}

const ALERTS = parse(read("deploy/observe/alerts.yml")) as Alerts;
const TESTS = parse(read("deploy/observe/alerts_test.yml")) as AlertTests;
const DASHBOARD = JSON.parse(read("deploy/observe/grafana.json")) as Dashboard;

const RULES = ALERTS.groups.flatMap(({ rules }) => rules);

/** Labels that Prometheus adds to every series. */
const TARGET_LABELS = ["job", "instance"];

/** Labels by name of a series; a histogram has three. */
const SERIES = new Map<string, readonly string[]>([
  ["up", TARGET_LABELS],
  ...Object.entries(METRICS).flatMap(([name, { type, labels }]) => {
    const all = [...TARGET_LABELS, ...labels];
    if (type !== "histogram") return [[name, all]] as [string, string[]][];
    return ["bucket", "sum", "count"].map((part) =>
      [`${name}_${part}`, part === "bucket" ? [...all, "le"] : all] as [string, string[]]
    );
  }),
]);

/** Series of an expression with the labels that it selects; aggregations group by labels of their series. */
function findSeries(expression: string): { name: string; labels: string[] }[] {
  const selectors = expression.matchAll(/\b([a-z]\w*)(?:\{([^}]*)\}|(?=\[| ==|\)))/g);
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)]
    .flatMap(([, list]) => list!.split(/, */));
  return [...selectors].flatMap(([, name, matchers]) =>
    TARGET_LABELS.concat(grouped, "le").includes(name!) ? [] : [{
      name: name!,
      labels: [...(matchers ?? "").matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, it]) => it!),
    }]
  );
}

/** Names of unknown series, and labels that a series does not have. */
function findUnknown(expression: string): string[] {
  const found = findSeries(expression);
  assert(found.length > 0, expression);
  const known = found.flatMap(({ name }) => SERIES.get(name) ?? []);
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, it]) =>
    it!.split(/, */)
  );
  return [
    ...found.flatMap(({ name, labels }) => {
      const own = SERIES.get(name);
      if (!own) return [name];
      return labels.filter((label) => !own.includes(label)).map((label) => `${name}{${label}}`);
    }),
    ...grouped.filter((label) => !known.includes(label)).map((label) => `by (${label})`),
  ];
}

const PANELS = DASHBOARD.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => [`panel ${title}`, expr] as const)
);
const VARIABLES = DASHBOARD.templating.list.flatMap(({ query }) =>
  typeof query === "string"
    ? []
    : [["variable", query.query.replace(/^label_values\((.*), .*\)$/, "$1")] as const]
);
const EXPRESSIONS = [
  ...RULES.map(({ alert, expr }) => [`alert ${alert}`, expr] as const),
  ...TESTS.tests.flatMap((test) =>
    test["input_series"].map(({ series }) => ["series", series] as const)
  ),
  ...PANELS,
  ...VARIABLES,
];

Deno.test("deploy/observe/ names only metrics and labels that ams has", () => {
  assert(RULES.length > 5 && PANELS.length > 10 && VARIABLES.length === 1);
  for (const [name, expression] of EXPRESSIONS) {
    assertEquals(findUnknown(expression), [], `${name}: ${expression}`);
  }
});

Deno.test("findUnknown() finds other metrics and labels", () => {
  const cases: [expression: string, unknown: string[]][] = [
    ["rate(ams_requests_total[5m])", ["ams_requests_total"]],
    ["ams_worker == 0", ["ams_worker"]],
    ['ams_workers{code="200"}', ["ams_workers{code}"]],
    ["sum by (path, code) (rate(ams_http_requests_total[5m]))", ["by (path)"]],
    ["rate(ams_http_request_duration_seconds[5m])", ["ams_http_request_duration_seconds"]],
    ["sum by (le) (rate(ams_http_request_duration_seconds_bucket[5m]))", []],
  ];
  for (const [expression, unknown] of cases) {
    assertEquals(findUnknown(expression), unknown, expression);
  }
});

Deno.test("every metric of ams is on the dashboard", () => {
  const shown = PANELS.map(([, expr]) => expr).join("\n");
  assertEquals(Object.keys(METRICS).filter((name) => !shown.includes(name)), []);
});

Deno.test("a test of every alert expects it, and another expects it not", () => {
  const tests = TESTS.tests.flatMap((test) => test["alert_rule_test"]);
  for (const { alert } of RULES) {
    const own = tests.filter(({ alertname }) => alertname === alert);
    const counts = own.map((test) => test["exp_alerts"]?.length ?? 0);
    assertEquals([Math.min(...counts), Math.max(...counts)], [0, 1], alert);
  }
});

Deno.test("deploy/observe/ selects values that docs/metrics.md has", () => {
  const documented = new Set(codeSpans(read("docs/metrics.md")));
  const values = EXPRESSIONS.flatMap(([, expression]) =>
    [...expression.matchAll(/\b(?:kind|protocol|result|cache)=~?"([^"]*)"/g)]
      .flatMap(([, list]) => list!.split("|"))
  );
  assert(values.length > 5);
  assertEquals(values.filter((value) => !documented.has(value)), []);
});

Deno.test("prometheus.yml has the --admin address of the documents", () => {
  const [, target] = /targets: \["([^"]+)"/.exec(read("deploy/observe/prometheus.yml"))!;
  for (const page of ["docs/metrics.md", "docs/deployment.md"]) {
    assertStringIncludes(read(page), `--admin ${target}`);
  }
});
