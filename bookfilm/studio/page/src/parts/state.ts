import type { Film } from "../api/types";
import type { Key, Say } from "../words";

/** Whether a film was to stop at its keyframes, and has. */
export function isAtKeyframes(film: Film): boolean {
  return film.state === "done" && !film.film && film.order.until === "keyframes";
}

/** In which state a film is, in words. */
export function stateOf(film: Film, say: Say): string {
  return isAtKeyframes(film) ? say("state.at_keyframes") : say(`state.${film.state}` as Key);
}
