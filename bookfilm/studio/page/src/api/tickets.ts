/** Addresses of a film's files and its stream for `<img>`, `<video>` and links, which can send no token: they carry a ticket. */

import { get, urlOf } from "./client";

interface Ticket {
  ticket: string;
  expires_at: number;
}

const RENEW_BEFORE_S = 3 * 3600;
const kept = new Map<string, Promise<Ticket>>();

/** Tells the address of a film's file by its name, or of something else `below` the film. */
export type AddressOf = (name: string, below?: string) => string;

/** Give a function that tells addresses of the film. */
export async function addresses(film: string): Promise<AddressOf> {
  let ticket = kept.get(film);
  if (ticket === undefined || (await ticket).expires_at - Date.now() / 1000 < RENEW_BEFORE_S) {
    ticket = get<Ticket>(`v1/films/${film}/ticket`);
    kept.set(film, ticket);
    ticket.catch(() => kept.delete(film));
  }
  const query = `?ticket=${(await ticket).ticket}`;
  return (name, below = "files") => urlOf(`v1/films/${film}/${below}/${name}`) + query;
}

export function forgetTickets(): void {
  kept.clear();
}
