/** The shots of a film, read once and then followed: a novel has thousands. */

import { get } from "./client";
import type { Page, Shot } from "./types";

interface ShotPage extends Page<Shot> {
  /** What to ask with for what has changed after this. */
  changed: string;
  /** The shots are others than before: this is the first page of them. */
  anew: boolean;
}

const A_PAGE = 100;
/** Up to where the changes of a list are known. */
const heardOf = new WeakMap<Shot[], string>();

/** Read a film's shots; of those that were read `before` only what has changed since. */
export async function readShots(film: string, before: Shot[] | null, signal: AbortSignal): Promise<Shot[]> {
  const ask = (query: string) => get<ShotPage>(`v1/films/${film}/shots?limit=${A_PAGE}${query}`, signal);
  let cursor = before ? heardOf.get(before) : undefined;
  if (before === null || cursor === undefined) return whole(await ask(""), ask);
  const fresh = new Map<string, Shot>();
  for (;;) {
    const page: ShotPage = await ask(`&changed_after=${encodeURIComponent(cursor)}`);
    if (page.anew) return whole(page, ask);
    for (const shot of page.items) fresh.set(shot.id, shot);
    cursor = page.changed;
    if (page.items.length < A_PAGE) break;
  }
  const shots = fresh.size ? before.map((shot) => fresh.get(shot.id) ?? shot) : before;
  heardOf.set(shots, cursor);
  return shots;
}

async function whole(first: ShotPage, ask: (query: string) => Promise<ShotPage>): Promise<Shot[]> {
  const found = [...first.items];
  for (let { next } = first; next !== null; ) {
    const page = await ask(`&after=${encodeURIComponent(next)}`);
    found.push(...page.items);
    next = page.next;
  }
  heardOf.set(found, first.changed);
  return found;
}
