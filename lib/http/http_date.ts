/** HTTP dates (RFC 9110 §5.6.7). */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTH = `(?<month>${MONTHS.join("|")})`;
const DAY_NAME = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const LONG_DAY_NAME = "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)";
const TIME = "(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)";

/** IMF-fixdate, RFC 850 and asctime: recipients accept all three. */
const FORMATS = [
  `${DAY_NAME}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT`,
  `${LONG_DAY_NAME}, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT`,
  `${DAY_NAME} ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})`,
].map((pattern) => new RegExp(`^${pattern}$`));

const MAX_LENGTH = "Wednesday, 24-Nov-26 08:00:00 GMT".length;

const MAX_YEARS_AHEAD = 50;

/**
 * Returns milliseconds since 1970, or undefined if the value is no HTTP date. `Date.parse()` accepts far more, such as "2050".
 *
 * @param nowMs decides the century of a year with two digits
 */
export function parseHttpDate(value: string, nowMs: number = Date.now()): number | undefined {
  if (value.length > MAX_LENGTH) return undefined;
  for (const format of FORMATS) {
    const groups = format.exec(value)?.groups;
    if (groups) return toMs(groups, nowMs);
  }
  return undefined;
}

function toMs(groups: Record<string, string>, nowMs: number): number | undefined {
  const [day, hour, minute, second] = [groups.day, groups.hour, groups.minute, groups.second]
    .map(Number) as [number, number, number, number];
  const month = MONTHS.indexOf(groups.month!);
  const year = groups.year!.length === 2
    ? toFullYear(Number(groups.year), new Date(nowMs).getUTCFullYear())
    : Number(groups.year);
  const date = new Date(0);
  date.setUTCFullYear(year, month, day); // Date.UTC() adds 1900 to years below 100
  if (date.getUTCDate() !== day) return undefined; // 31 February
  return date.setUTCHours(hour, minute, second);
}

/** A year that appears to be more than 50 years ahead is the most recent one with these digits. */
function toFullYear(digits: number, currentYear: number): number {
  const year = currentYear - currentYear % 100 + digits;
  return year > currentYear + MAX_YEARS_AHEAD ? year - 100 : year;
}
