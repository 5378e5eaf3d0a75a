// One colour for each fingerprint: the same wherever it can be, and never the same for two that are
// seen side by side while there are free ones; nor neighbours on the colour wheel, while it has room.

const slots = 24;

function slotOf(fingerprint: string): number {
  let hash = 0;
  for (let at = 0; at < fingerprint.length; ++at) hash = (Math.imul(hash, 31) + fingerprint.charCodeAt(at)) >>> 0;
  return hash % slots;
}

/** Neighbours in the list of slots are far apart on the colour wheel. */
function hue(slot: number): number {
  return (slot * 11 * (360 / slots)) % 360;
}

/** Lightness and strength come from the style sheet, so that they fit light and dark. */
function paint(slot: number): string {
  return `oklch(var(--paint-light) var(--paint-strong) ${hue(slot)})`;
}

export function colourOf(fingerprint: string): string {
  return paint(slotOf(fingerprint));
}

function between(a: number, b: number): number {
  const turn = Math.abs(hue(a) - hue(b));
  return Math.min(turn, 360 - turn);
}

/** The wanted one, or the first after it that is as far from all that are taken as can be had. */
function choose(wanted: number, taken: ReadonlySet<number>): number {
  for (const least of [30, 1])
    for (let step = 0; step < slots; ++step) {
      const slot = (wanted + step) % slots;
      if ([...taken].every((other) => between(slot, other) >= least)) return slot;
    }
  return wanted;
}

/** `fingerprints` in the order in which they may choose. */
export function coloursOf(fingerprints: Iterable<string>): Map<string, string> {
  const taken = new Set<number>();
  const colours = new Map<string, string>();
  for (const fingerprint of fingerprints) {
    if (colours.has(fingerprint)) continue;
    if (taken.size === slots) taken.clear();
    const slot = choose(slotOf(fingerprint), taken);
    taken.add(slot);
    colours.set(fingerprint, paint(slot));
  }
  return colours;
}
