/** Addresses of a film's files and its stream for `<img>`, `<video>` and links, which can send no token: they carry a ticket. */

import { ask, urlOf } from "./client";

interface Ticket {
  ticket: string;
  /** When another one is due: Unix time in milliseconds, by this machine's clock. */
  renewMs: number;
}

const SOONEST_MS = 5000;
const kept = new Map<string, Promise<Ticket>>();

/** Tells the address of a film's file by its name, or of something else `below` the film. */
export type AddressOf = (name: string, below?: string) => string;

/** Give a function that tells addresses of the film, and in how many milliseconds to ask for another. */
export async function addresses(film: string): Promise<{ of: AddressOf; renewInMs: number }> {
  let given = kept.get(film);
  if (given === undefined || (await given).renewMs <= Date.now()) {
    given = issued(film);
    kept.set(film, given);
    given.catch(() => kept.delete(film));
  }
  const { ticket, renewMs } = await given;
  const query = `?ticket=${ticket}`;
  return {
    of: (name, below = "files") => urlOf(`v1/films/${film}/${below}/${name}`) + query,
    renewInMs: Math.max(SOONEST_MS, renewMs - Date.now()),
  };
}

/** Ask for a ticket. It is renewed in the middle of its life, which is told by the service's clock: this one may be off. */
async function issued(film: string): Promise<Ticket> {
  const answer = await ask(`v1/films/${film}/ticket`);
  const { ticket, expires_at } = (await answer.json()) as { ticket: string; expires_at: number };
  const there = Date.parse(answer.headers.get("Date") ?? "") || Date.now();
  return { ticket, renewMs: Date.now() + Math.max(0, expires_at * 1000 - there) / 2 };
}

export function forgetTickets(): void {
  kept.clear();
}
