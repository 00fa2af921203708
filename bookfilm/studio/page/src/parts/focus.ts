/** Keeps who uses the keyboard where they are when what they used is gone. */

/** Go to the page's beginning without moving what is seen, if what was used is there no more once all is shown. */
export function keepPlace(instead?: () => HTMLElement | null | undefined): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const at = document.activeElement;
      if (at !== null && at !== document.body) return;
      (instead?.() ?? document.getElementById("main"))?.focus({ preventScroll: instead === undefined });
    }),
  );
}
