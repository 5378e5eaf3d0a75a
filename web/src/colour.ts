// One colour for each fingerprint: the same wherever it can be, and never the same for two within
// one window while there are free ones.

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

/** `fingerprints` in the order in which they may choose. */
export function coloursOf(fingerprints: Iterable<string>): Map<string, string> {
  const taken = new Set<number>();
  const colours = new Map<string, string>();
  for (const fingerprint of fingerprints) {
    if (colours.has(fingerprint)) continue;
    let slot = slotOf(fingerprint);
    if (taken.size === slots) taken.clear();
    while (taken.has(slot)) slot = (slot + 1) % slots;
    taken.add(slot);
    colours.set(fingerprint, paint(slot));
  }
  return colours;
}
