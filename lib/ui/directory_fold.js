/** Folds files under the entry that plays them: those of a package, and those that belong to a film by name. */

/**
 * @template {{ name: string, rank: number }} Entry
 * @typedef {Entry & { parent?: FoldedEntry<Entry> | undefined, members: FoldedEntry<Entry>[] }} FoldedEntry
 */

/** Rank of files that are no packages, which alone are folded. */
export const FILE_RANK = 2;

/** @template {{ name: string, rank: number }} Entry */
export class Fold {
  /** @type {Map<string, FoldedEntry<Entry>>} */
  #files = new Map();
  /** @type {Map<string, FoldedEntry<Entry>>} */
  #owners = new Map();

  /**
   * Adds an entry, in any order. A file that several entries play is folded under the first of them.
   *
   * @param {FoldedEntry<Entry>} entry
   * @param {readonly string[]} uses names of files that it plays
   */
  add(entry, uses) {
    if (entry.rank === FILE_RANK) this.#files.set(entry.name, entry);
    for (const name of uses) {
      if (this.#owners.has(name)) continue;
      this.#owners.set(name, entry);
      this.#nest(this.#files.get(name), entry);
    }
    if (entry.rank === FILE_RANK) this.#nest(entry, this.#owners.get(entry.name));
  }

  /**
   * @param {FoldedEntry<Entry> | undefined} entry
   * @param {FoldedEntry<Entry> | undefined} owner
   */
  #nest(entry, owner) {
    if (!entry || !owner || entry.parent || isWithin(owner, entry)) return;
    entry.parent = owner;
    owner.members.push(entry);
  }
}

/**
 * @template {{ name: string, rank: number }} Entry
 * @param {FoldedEntry<Entry>} entry
 * @param {FoldedEntry<Entry>} other
 * @returns {boolean}
 */
function isWithin(entry, other) {
  return entry === other || entry.parent !== undefined && isWithin(entry.parent, other);
}
