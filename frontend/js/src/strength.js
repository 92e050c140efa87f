/**
 * How hard a password is to guess, by zxcvbn-ts with the heads of the common and English word lists.
 * The server judges again by the same method; this is for the meter beside the field.
 *
 * @typedef {{ score: 0|1|2|3|4, warning: string, suggestions: string[], crackTime: string }} Strength
 */
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { dictionary, graphs, translations } from "nova:language"; // cut to size by ../language.mjs

const estimator = new ZxcvbnFactory({ dictionary, graphs, translations });

/**
 * @param {string} password only its first 256 characters are looked at
 * @param {string[]} userInputs words an attacker would try first: the user's name, the product's name
 * @returns {Strength} `crackTime` is the time an offline attack on a slow hash would take
 */
export function score(password, userInputs = []) {
  const result = estimator.check(password, userInputs);
  return {
    score: result.score,
    warning: result.feedback.warning ?? "",
    suggestions: result.feedback.suggestions ?? [],
    crackTime: result.crackTimes.offlineSlowHashingXPerSecond.display,
  };
}
