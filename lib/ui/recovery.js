/** What the player does about an error: tries again, offers a file that replaced the one that played, or gives up. */

import {
  classifyPlayerError,
  describePlayerError,
  isServerAway,
  summarizePlayerError,
} from "./player_error.js";
import { Retry } from "./retry.js";

/**
 * @typedef {import("./asset_info.js").AssetInfo} AssetInfo
 * @typedef {import("./player_message.js").PlayerProblem} PlayerProblem
 *
 * @typedef {{
 *   getAbout: () => AssetInfo,
 *   fetchAbout: () => Promise<AssetInfo>,
 *   show: (problem: PlayerProblem | undefined) => void,
 *   retry: () => void,
 *   allowFallback: (isAllowed: boolean) => void,
 *   reload: () => void,
 *   replace: (about: AssetInfo) => void,
 *   describeUnsupported: () => PlayerProblem | undefined,
 *   timers: import("./retry.js").Timers,
 * }} Playback what is known of the asset; how to try failed requests again, whether another rendition replaces one
 *   that fails, how to load the manifest again, and to play a newer
 *   version at the same time; what to say, or undefined where another protocol is loading, when the browser decodes no variant
 */

export class Recovery {
  #playback;
  #retry;
  #isTrying = false;
  #checks = 0;
  /** The next try, once the server is back. */
  #run;

  /** @param {Playback} playback */
  constructor(playback) {
    this.#playback = playback;
    this.#run = playback.retry;
    this.#retry = new Retry(() => this.#retryIfBack(), playback.timers);
  }

  /** @param {unknown} error of shaka-player */
  async fail(error) {
    const { getAbout, describeUnsupported, reload } = this.#playback;
    switch (classifyPlayerError(error)) {
      case "handled":
        return;
      case "away":
        return this.#tryAgain(error);
      case "missing":
        return getAbout().live ? this.#tryAgain(error) : await this.#lookForNewVersion(error);
      case "unsupported":
        return this.#show(describeUnsupported());
      case "damaged": // a channel has moved on meanwhile
        if (getAbout().live) return this.#tryAgain(error, reload);
        return this.#giveUp(describePlayerError(error));
      case "fatal":
        return this.#giveUp(describePlayerError(error));
    }
  }

  /** The server responds again. A request that failed before is still tried again. */
  succeed() {
    this.#retry.succeed();
    if (!this.#isTrying) return;
    this.#playback.allowFallback(true);
    this.#show(undefined);
  }

  /**
   * @param {unknown} error
   * @param {() => void} run
   */
  #tryAgain(error, run = this.#playback.retry) {
    this.#run = run;
    this.#playback.allowFallback(false); // with the server away, renditions would replace each other all the time
    this.#retry.fail();
    this.#show({
      text: `${summarizePlayerError(error)} Trying again…`,
      isTrying: true,
      action: { label: "Try now", run: () => this.#retry.runNow() },
    });
  }

  /** One request finds out whether the server is back: shaka-player sends several for each rendition. */
  async #retryIfBack() {
    const check = ++this.#checks;
    const isAway = await this.#isAway();
    if (check !== this.#checks) return;
    if (isAway) return this.#retry.fail();
    this.#playback.allowFallback(true);
    this.#run();
  }

  async #isAway() {
    try {
      await this.#playback.fetchAbout();
      return false;
    } catch (failure) {
      return isServerAway(failure);
    }
  }

  /**
   * A media URL names the exact bytes of a file: after a replacement there is nothing at it.
   *
   * @param {unknown} error
   */
  async #lookForNewVersion(error) {
    const { getAbout, fetchAbout, replace } = this.#playback;
    try {
      const about = await fetchAbout();
      if (about.version === getAbout().version) return this.#giveUp(describePlayerError(error));
      this.#show({
        text: "This file was replaced while it played.",
        action: { label: "Play the new version", run: () => replace(about) },
      });
    } catch (failure) {
      if (isServerAway(failure)) this.#tryAgain(error);
      else this.#giveUp(`${failure instanceof Error ? failure.message : failure}.`);
    }
  }

  /** @param {string} text */
  #giveUp(text) {
    this.#show({ text, action: { label: "Try again", run: this.#playback.reload } });
  }

  /** @param {PlayerProblem | undefined} problem */
  #show(problem) {
    this.#isTrying = problem?.isTrying ?? false;
    this.#playback.show(problem);
  }
}
