/** Where somebody is, as the part of the address after `#`: it is sent to no server. */

import { useEffect, useState } from "preact/hooks";

export type Tab = "film" | "board" | "keyframes" | "cast" | "book" | "files";
export const TABS: Tab[] = ["film", "board", "keyframes", "cast", "book", "files"];
export type Route = { page: "films" } | { page: "new" } | { page: "film"; film: string; tab: Tab; shot: string | null };

export function readRoute(hash: string): Route {
  const [page, film, tab, shot] = hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  if (page === "new") return { page: "new" };
  if (page !== "film" || !film) return { page: "films" };
  return { page: "film", film, tab: TABS.find((one) => one === tab) ?? "film", shot: shot || null };
}

export function hrefOf(route: Route): string {
  if (route.page !== "film") return route.page === "new" ? "#/new" : "#/";
  const parts = ["film", route.film, route.tab, ...(route.shot ? [route.shot] : [])];
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

export function go(route: Route): void {
  location.hash = hrefOf(route);
}

/** Says whether this is where the page is. */
export function isAt(route: Route): boolean {
  return hrefOf(readRoute(location.hash)) === hrefOf(route);
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const heard = () => setHash(location.hash);
    addEventListener("hashchange", heard);
    return () => removeEventListener("hashchange", heard);
  }, []);
  return readRoute(hash);
}
