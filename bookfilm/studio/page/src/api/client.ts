/** Asks the API of this very host. Whatever it refuses is thrown as a Problem. */

import type { Wording } from "./types";

const HERE = new URL(".", document.baseURI);
const KEPT_AS = "bookfilm.token";

/** After so long without an answer a person begins to wonder. */
const SLOW_MS = 2500;

let onTurnedAway: () => void = () => {};
let onSlow: (is: boolean) => void = () => {};
let slow = 0;

/** The token lives as long as this tab: it is in no cookie, so that no other page can have it sent. */
export const token = {
  get: () => sessionStorage.getItem(KEPT_AS),
  set: (value: string) => sessionStorage.setItem(KEPT_AS, value),
  drop: () => sessionStorage.removeItem(KEPT_AS),
  /** Have `heard` called when the service no longer knows the token. */
  whenTurnedAway: (heard: () => void) => {
    onTurnedAway = heard;
  },
};

/** A refusal, as RFC 9457 has it. `kind` is the last part of its type; "offline" where nobody answered. */
export class Problem extends Error {
  constructor(
    readonly kind: string,
    readonly status: number,
    readonly detail: string,
    readonly waitS: number | null = null,
    readonly instance: string | null = null,
    /** Which `detail` it is, whatever words it is told in. */
    readonly told: Wording = { code: null, params: {}, said: detail },
  ) {
    super(detail);
  }
}

export function urlOf(path: string): string {
  return new URL(path.replace(/^\//, ""), HERE).href;
}

export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const mine = token.get();
  if (mine) headers.set("Authorization", `Bearer ${mine}`);
  let answer: Response;
  try {
    answer = await fetch(urlOf(path), { ...init, headers, credentials: "omit", cache: "no-store" });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Problem("offline", 0, String(error));
  }
  // Not what was asked for, but an answer: who names what they have is told that there is nothing newer.
  if (answer.ok || answer.status === 304) return answer;
  const problem = await problemOf(answer);
  if (answer.status === 401 && mine) onTurnedAway();
  throw problem;
}

async function problemOf(answer: Response): Promise<Problem> {
  const wait = Number(answer.headers.get("Retry-After"));
  const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  const kind = String(body["type"] ?? "").replace(/^.*\//, "") || "failed";
  const instance = typeof body["instance"] === "string" ? body["instance"] : null;
  const detail = String(body["detail"] ?? "");
  const told = { code: String(body["code"] ?? "") || null, params: (body["params"] ?? {}) as Record<string, string> };
  return new Problem(kind, answer.status, detail, wait > 0 ? wait : null, instance, { ...told, said: detail });
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return waitedFor(async () => (await ask(path, { signal: signal ?? null })).json() as Promise<T>);
}

/** What goes with something that is sent. */
interface Sending {
  /** Done once, however often it is sent: true for a name of its own, or the name by which it is sent again. */
  once?: boolean | string;
  /** The version that is changed, as its `ETag` named it: no other one is. */
  ifMatch?: string | null;
}

export async function send<T>(method: string, path: string, body?: unknown, { once, ifMatch }: Sending = {}): Promise<T> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (once) headers["Idempotency-Key"] = once === true ? crypto.randomUUID() : once;
  if (ifMatch) headers["If-Match"] = ifMatch;
  return waitedFor(async () => {
    const answer = await ask(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
    return (answer.status === 204 ? undefined : answer.json()) as Promise<T>;
  });
}

/** Read something that has an `ETag`; null where it is `known` already. */
export async function getTagged<T>(
  path: string,
  known: string | null,
  signal: AbortSignal,
): Promise<{ tag: string | null; told: T } | null> {
  return waitedFor(async () => {
    const answer = await ask(path, { signal, headers: known ? { "If-None-Match": known } : {} });
    if (answer.status === 304) return null;
    return { tag: answer.headers.get("ETag"), told: (await answer.json()) as T };
  });
}

/** All of a list, page by page. */
export async function all<T>(path: string, signal?: AbortSignal): Promise<T[]> {
  const found: T[] = [];
  let after: string | null = null;
  do {
    const more: string = after === null ? "" : `&after=${encodeURIComponent(after)}`;
    const page: { items: T[]; next: string | null } = await get(`${path}?limit=100${more}`, signal);
    found.push(...page.items);
    after = page.next;
  } while (after !== null);
  return found;
}

/** Have `heard` called when an answer is long in coming, and when none is any more. */
export function whenSlow(heard: (is: boolean) => void): void {
  onSlow = heard;
}

async function waitedFor<T>(work: () => Promise<T>): Promise<T> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    slow += 1;
    onSlow(true);
  }, SLOW_MS);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    if (late) slow -= 1;
    if (late && slow === 0) onSlow(false);
  }
}
