/** Replaces, removes, copies and swaps values of a JSON document. */

import type { Prng } from "./prng.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const EXTREME_VALUES: readonly Json[] = [
  ...[null, true, false, "", "x", "x".repeat(1000), "\u{d800}", "../../x.mp4", [], {}, [[]], [0]],
  ...[0, -1, 0.5, 1, 2, 1e9, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 1e308],
];

interface Slot {
  readonly parent: Json[] | { [key: string]: Json };
  readonly key: string;
}

/** Damages a copy of a document up to three times. */
export function damageJson<T extends Json>(document: T, prng: Prng): Json {
  const copy = structuredClone(document);
  for (let left = prng.pick([1, 1, 1, 2]); left > 0; left--) {
    const slots = findSlots(copy);
    if (slots.length === 0) break;
    damageSlot(pickSlot(slots, prng), slots, prng);
  }
  return copy;
}

/** Picks by name first: a column of a thousand numbers counts as often as one number. */
function pickSlot(slots: readonly Slot[], prng: Prng): Slot {
  const names = [...new Set(slots.map(({ key }) => Number.isNaN(Number(key)) ? key : "#"))];
  const name = prng.pick(names);
  return prng.pick(
    slots.filter(({ key }) => name === "#" ? !Number.isNaN(Number(key)) : key === name),
  );
}

function damageSlot({ parent, key }: Slot, slots: readonly Slot[], prng: Prng): void {
  const value = get(parent, key);
  const other = pickSlot(slots, prng);
  const otherValue = structuredClone(get(other.parent, other.key));
  const actions = [
    () => set(parent, key, prng.pick(EXTREME_VALUES)),
    () => set(parent, key, damageValue(value, prng)),
    () => set(parent, key, damageValue(value, prng)),
    () => set(parent, key, otherValue),
    () => remove(parent, key),
    () => {
      if (Array.isArray(parent)) parent.splice(Number(key), 0, structuredClone(value));
      else parent[`${key}${prng.below(2) === 0 ? "" : "2"}`] = [structuredClone(value)];
    },
  ];
  prng.pick(actions)();
}

/** Changes a value within its type. */
function damageValue(value: Json, prng: Prng): Json {
  if (typeof value === "number") {
    return prng.pick([value + 1, value - 1, -value, value * 2, value / 2, value + 2 ** 32]);
  }
  if (typeof value === "string") return value.slice(prng.below(value.length + 1)) + value;
  if (typeof value === "boolean") return !value;
  if (!Array.isArray(value)) return value;
  const end = prng.below(value.length + 1);
  return prng.pick([
    value.slice(0, end),
    value.slice(end),
    [...value, ...value],
    prng.shuffle(value),
  ]);
}

function findSlots(value: Json, slots: Slot[] = []): Slot[] {
  if (typeof value !== "object" || value === null) return slots;
  for (const key of Object.keys(value)) {
    slots.push({ parent: value, key });
    findSlots(get(value, key), slots);
  }
  return slots;
}

function get(parent: Slot["parent"], key: string): Json {
  return (parent as { [key: string]: Json })[key]!;
}

function set(parent: Slot["parent"], key: string, value: Json): void {
  (parent as { [key: string]: Json })[key] = structuredClone(value);
}

function remove(parent: Slot["parent"], key: string): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}
