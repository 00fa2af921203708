/** What the service tells in English, in another language: by its code, and by what stands in the places of its words.
 *
 * `words/sayings.en.json` is what GET /v1/sayings lists. In `words/sayings.ru.json` stand the same codes, and what may
 * stand in their places, as `place.what`. */

import type { Wording } from "./api/types";
import type { Language } from "./words";
import en from "./words/sayings.en.json";
import ru from "./words/sayings.ru.json";

const OTHERS: Partial<Record<Language, Record<string, string>>> = { ru };
const PLACE = /\{(\w+)\}/;

/** A piece of what is told; `foreign`: it is in English, since nobody has other words for it. */
export interface Piece {
  text: string;
  foreign: boolean;
}

/** Return `told` in a language, piece by piece. */
export function piecesOf(told: Wording, language: Language): Piece[] {
  const words = OTHERS[language];
  const known = told.code !== null && told.code in en ? told : worded(told.said);
  const phrase = words?.[known.code ?? ""];
  if (words === undefined) return [{ text: told.said, foreign: false }];
  if (phrase === undefined) return [{ text: told.said, foreign: true }];
  return phrase.split(/(\{\w+\})/).flatMap((text) => {
    const place = PLACE.exec(text)?.[1];
    return place === undefined ? [{ text, foreign: false }] : inPlace(place, known.params[place] ?? "", words, language);
  });
}

/** What stands in a place: something that is told itself, several such with commas between, a word, or a name. */
function inPlace(place: string, value: string, words: Record<string, string>, language: Language): Piece[] {
  const word = words[`${place}.${value}`];
  if (word !== undefined) return [{ text: word, foreign: false }];
  const parts = value.split(", ");
  const known = (one: string) => words[`${place}.${one}`] !== undefined || worded(one).code !== null;
  if (parts.length > 1 && parts.every(known)) {
    return parts.flatMap((one, at) => [
      ...(at ? [{ text: ", ", foreign: false }] : []),
      ...inPlace(place, one, words, language),
    ]);
  }
  const whole = worded(value);
  if (whole.code !== null) return piecesOf(whole, language);
  // Names and numbers are the same everywhere; an explanation that nobody knows is English.
  return [{ text: value, foreign: place === "why" || place === "how" || place === "more" }];
}

let patterns: [code: string, pattern: RegExp][] | null = null;

/** Return what is `said` with its code, as the service finds it: what has no places first, then what has most words. */
export function worded(said: string): Wording {
  patterns ??= Object.entries(en)
    .map(([code, saying]) => ({ code, saying, places: Number(PLACE.test(saying)), own: ownLength(saying) }))
    .sort((one, other) => one.places - other.places || other.own - one.own)
    .map(({ code, saying }) => [code, patternOf(saying)]);
  for (const [code, pattern] of patterns) {
    const found = pattern.exec(said);
    if (found) return { code, params: { ...found.groups }, said };
  }
  return { code: null, params: {}, said };
}

/** How long the words of a saying are by themselves; what a pattern marks counts twice, as it does over there. */
function ownLength(saying: string): number {
  return saying.replace(/\{\w+\}/g, "").replace(/[\s()[\]{}?*+\-|^$\\.&~#]/g, "xx").length;
}

function patternOf(saying: string): RegExp {
  const parts = saying.split(/(\{\w+\})/).map((part) => {
    const place = PLACE.exec(part)?.[1];
    return place ? `(?<${place}>.+?)` : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`, "s");
}
