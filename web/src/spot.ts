// Where one was in each view: Back and Esc lead there again, as far down and at the same link.

interface Spot {
  top: number;
  link: string; // that one followed
  which: number; // of the links that lead there
  offset: number; // of it, below the edge of the screen
}

/** An entry of the browser's history, as we mark it. */
interface Entry {
  number: number;
  inside: boolean; // one came to it from another view of this page
}

const spots = new Map<number, Spot>();
history.scrollRestoration = "manual";
let here = entry(false);

function entry(inside: boolean): Entry {
  const known = history.state as Entry | null;
  if (known) return known;
  const made = { number: Date.now() + Math.random(), inside };
  history.replaceState(made, "");
  return made;
}

const linksTo = (address: string) => [...document.querySelectorAll<HTMLElement>(`main a[href="${CSS.escape(address)}"]`)];

/** The address has changed, and what it led to is still shown. */
export function leave() {
  const links = linksTo(location.hash);
  const which = Math.max(0, links.indexOf(document.activeElement as HTMLElement));
  const offset = links[which]?.getBoundingClientRect().top ?? 0;
  spots.set(here.number, { top: scrollY, link: location.hash, which, offset });
  here = entry(true);
}

/** What the address leads to is shown. */
export function arrive() {
  const spot = spots.get(here.number);
  const link = spot && linksTo(spot.link)[spot.which];
  if (!link) return scrollTo(0, spot?.top ?? 0);
  link.focus({ preventScroll: true });
  const align = () => scrollBy(0, link.getBoundingClientRect().top - spot.offset);
  align();
  // Rows get their true height when they come into sight.
  requestAnimationFrame(() => (align(), requestAnimationFrame(align)));
}

/** To where one came from, or there. */
export function back(otherwise: string) {
  if (here.inside) history.back();
  else location.hash = otherwise;
}
