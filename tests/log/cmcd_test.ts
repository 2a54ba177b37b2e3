import { assertEquals } from "@std/assert";
import { readCmcd } from "../../lib/log/cmcd.ts";

const NOTHING = undefined;

const QUERIES: [query: string, data: unknown][] = [
  ["CMCD=br%3D3200%2Cbs%2Cot%3Dv%2Csid%3D%22a-1%22", { br: 3200, bs: true, ot: "v", sid: "a-1" }],
  ["filter=x&CMCD=su&start=1", { su: true }],
  ["CMCD=com.example-hello%3D%22x%20y%22", { "com.example-hello": "x y" }],
  ["CMCD=br%3D1&CMCD=br%3D2", { br: 1 }],
  ["", NOTHING],
  ["CMCD=", NOTHING],
  ["CMCD", NOTHING],
  ["xCMCD=su", NOTHING],
  ["CMCD=%ff", NOTHING],
  ["CMCD=br%3D%22", NOTHING],
  ["CMCD=%22%3B%28", NOTHING],
  [`CMCD=sid%3D%22${"a".repeat(2041)}%22`, NOTHING],
  [`CMCD=${Array.from({ length: 500 }, (_, i) => `a${i}`).join("%2C")}`, NOTHING], // more as JSON
  ["CMCD=br%3D1%2Cnor%3D%22..%252Fa%253Ftoken%253DSECRET%22", { br: 1 }],
  ["CMCD=br%3D1%2Cnor%3D%22%252F.t%252FSECRET%252Fa%22", { br: 1 }],
  ["CMCD=nor%3D%22%252F.t%252FSECRET%252Fa%22", NOTHING],
  ["CMCD=nor%3D%22..%252F300.m4s%22", { nor: "..%2F300.m4s" }],
];

for (const [query, data] of QUERIES) {
  Deno.test(`readCmcd() of the query ${query.slice(0, 80)}`, () => {
    const json = readCmcd(new Headers(), query);
    assertEquals(json && JSON.parse(json), data);
  });
}

const HEADERS: [headers: Record<string, string>, data: unknown][] = [
  [
    {
      "CMCD-Object": "br=3200,d=4004,ot=v",
      "CMCD-Request": "bl=21300",
      "CMCD-Session": 'sid="a-1"',
      "CMCD-Status": "bs",
    },
    { br: 3200, d: 4004, ot: "v", bl: 21300, sid: "a-1", bs: true },
  ],
  [{ "CMCD-Status": "bs" }, { bs: true }],
  [{ "CMCD-Object": "br=1", "CMCD-Session": 'sid="' }, NOTHING],
  [{ "CMCD-Object": "br=1", "CMCD-Session": `sid="${"a".repeat(2048)}"` }, NOTHING],
  [{ "CMCD-Other": "br=1" }, NOTHING],
];

for (const [headers, data] of HEADERS) {
  Deno.test(`readCmcd() of the headers ${JSON.stringify(headers).slice(0, 80)}`, () => {
    for (const _time of ["decoded", "cached"]) {
      const json = readCmcd(new Headers(headers));
      assertEquals(json && JSON.parse(json), data);
    }
  });
}

Deno.test("readCmcd() takes time in proportion to the data", () => {
  const started = performance.now();
  for (const part of ["(", "a=(", ",", ";", "a;", '"', ":", "a=1,", "-", "9"]) {
    readCmcd(new Headers({ "CMCD-Object": part.repeat(2048 / part.length) }));
  }
  assertEquals(performance.now() - started < 2000, true);
});
