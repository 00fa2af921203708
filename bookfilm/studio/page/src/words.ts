/** All that the page says, in two languages: `words/en.json` and `words/ru.json`, key for key. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import en from "./words/en.json";
import ru from "./words/ru.json";

export type Language = "en" | "ru";
export type Key = keyof typeof en & string;
type Values = Record<string, string | number>;

const CATALOGUES: Record<Language, Record<string, string>> = { en, ru };
const KEPT_AS = "bookfilm.language";
const PLURALS: Record<Language, Intl.LDMLPluralRule[]> = { en: ["one", "other"], ru: ["one", "few", "many"] };

/** Says a key in a language. A phrase with `|` has a form for each plural of it, and `n` chooses. */
export interface Say {
  (key: Key, values?: Values): string;
  language: Language;
  /** Say a key that is put together, such as "camera.push"; the last part of it where nobody has a word. */
  named: (group: string, name: string) => string;
  /** Say a key that may not be there; null where nobody has a word. */
  known: (key: string) => string | null;
}

export function sayIn(language: Language): Say {
  const catalogue = CATALOGUES[language];
  const rules = new Intl.PluralRules(language);
  const say = ((key: string, values: Values = {}) => {
    let phrase: string = catalogue[key] ?? key;
    if (phrase.includes("|") && typeof values["n"] === "number") {
      const forms = phrase.split("|");
      phrase = forms[Math.max(0, PLURALS[language].indexOf(rules.select(values["n"])))] ?? forms[forms.length - 1]!;
    }
    return phrase.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name];
      return typeof value === "number" ? value.toLocaleString(language) : (value ?? "");
    });
  }) as Say;
  say.language = language;
  say.named = (group, name) => catalogue[`${group}.${name}`] ?? name.replace(/_/g, " ");
  say.known = (key) => catalogue[key] ?? null;
  return say;
}

/** The language that somebody chose here, or the first of their browser's that the page speaks. */
export function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept === "en" || kept === "ru") return kept;
  const spoken = navigator.languages.map((one) => one.toLowerCase().split("-")[0]);
  return spoken.find((one) => one === "en" || one === "ru") ?? "en";
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(KEPT_AS, language);
}

/** A language's name, as who speaks it writes it. */
export function tongueOf(language: string): string {
  const name = new Intl.DisplayNames([language], { type: "language", fallback: "code" }).of(language) ?? language;
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
}

export const Words = createContext<Say>(sayIn("en"));
export const useWords = (): Say => useContext(Words);

/** A length of time as people say it: 1:05:09 or 4:07. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number: number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export function size(bytes: number, language: Language): string {
  // From kilobytes on: no language has a short word for bytes.
  bytes /= 1000;
  const units = ["kilobyte", "megabyte", "gigabyte"] as const;
  let power = 0;
  while (bytes >= 1000 && power < units.length - 1) {
    bytes /= 1000;
    power += 1;
  }
  const style = { style: "unit", unit: units[power]!, maximumFractionDigits: bytes < 10 ? 1 : 0 } as const;
  return new Intl.NumberFormat(language, style).format(bytes);
}
