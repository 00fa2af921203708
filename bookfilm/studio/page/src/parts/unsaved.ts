/** What was typed and not carried out yet: whoever would close it away is asked first. */

import { createContext } from "preact";
import { useContext, useId, useLayoutEffect } from "preact/hooks";

/** Which forms hold something, by their ids. */
export const Unsaved = createContext<Set<string> | null>(null);

/** Tell of a form that it `holds` something that would be lost. */
export function useUnsaved(holds: boolean): void {
  const unsaved = useContext(Unsaved);
  const id = useId();
  // At once: who types and leaves in one breath is asked too.
  useLayoutEffect(() => {
    if (!holds || unsaved === null) return undefined;
    unsaved.add(id);
    // The browser asks in its own words before the whole page is left.
    const ask = (event: Event) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => {
      unsaved.delete(id);
      removeEventListener("beforeunload", ask);
    };
  }, [holds, unsaved, id]);
}
