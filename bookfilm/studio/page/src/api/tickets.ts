/** Addresses of a film's files for `<img>`, `<video>` and links, which can send no token: they carry a ticket. */

import { get, urlOf } from "./client";

interface Ticket {
  ticket: string;
  expires_at: number;
}

const RENEW_BEFORE_S = 3 * 3600;
const kept = new Map<string, Promise<Ticket>>();

/** Give a function that tells the address of the film's file of a name. */
export async function addresses(film: string): Promise<(name: string) => string> {
  let ticket = kept.get(film);
  if (ticket === undefined || (await ticket).expires_at - Date.now() / 1000 < RENEW_BEFORE_S) {
    ticket = get<Ticket>(`v1/films/${film}/ticket`);
    kept.set(film, ticket);
    ticket.catch(() => kept.delete(film));
  }
  const query = `?ticket=${(await ticket).ticket}`;
  return (name) => urlOf(`v1/films/${film}/files/${name}`) + query;
}

export function forgetTickets(): void {
  kept.clear();
}
