/** A correction of shaka-player 5.2: its index of segments without any has no iterator. */

/**
 * All segments of a playlist are older than the window while a channel is silent: without an iterator, shaka-player would fail then,
 * and request the playlist ten times a second.
 *
 * @param {{ prototype: Iterable<unknown> }} SegmentIndex class of shaka-player
 */
export function iterateEmptyIndexes({ prototype }) {
  const iterate = prototype[Symbol.iterator];
  prototype[Symbol.iterator] = function () {
    return iterate.call(this) ?? [].values();
  };
}
