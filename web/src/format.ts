// Numbers and times as people read them.

const thin = "\u202f";

export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, thin);
}

export function ms(value: number): string {
  if (value >= 60_000) return `${(value / 60_000).toFixed(1)}${thin}min`;
  if (value >= 1000) return `${(value / 1000).toFixed(value >= 10_000 ? 1 : 2)}${thin}s`;
  const digits = value >= 100 || value === 0 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${thin}ms`;
}

/** Of an axis or a sentence: "0.5 ms", "120 ms", "1.2 s". */
export function shortMs(value: number): string {
  return value >= 1000 ? `${Number((value / 1000).toPrecision(3))}${thin}s` : `${Number(value.toPrecision(3))}${thin}ms`;
}

export function bytes(value: number): string {
  if (value < 1024) return `${value}${thin}B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let unit = -1;
  do {
    value /= 1024;
    unit += 1;
  } while (value >= 1024 && unit < units.length - 1);
  return `${value.toFixed(value >= 100 ? 0 : 1)}${thin}${units[unit]}`;
}

export function percent(share: number): string {
  if (share > 0 && share < 0.001) return `<${thin}0.1${thin}%`;
  return `${(share * 100).toFixed(share >= 0.1 ? 0 : 1)}${thin}%`;
}

export function word(value: number, one: string, many = `${one}s`): string {
  return value === 1 ? one : many;
}

export function plural(value: number, one: string, many?: string): string {
  return `${count(value)} ${word(value, one, many)}`;
}

export function duration(seconds: number): string {
  const units: [number, string][] = [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const first = units.findIndex(([size]) => seconds >= size);
  if (first < 0) return `0${thin}s`;
  return units
    .slice(first, first + 2)
    .map(([size, name], at) => [Math.floor((at === 0 ? seconds : seconds % (units[first]?.[0] ?? 1)) / size), name])
    .filter(([amount], at) => at === 0 || amount !== 0)
    .map(([amount, name]) => `${amount}${thin}${name}`)
    .join(" ");
}

/** "12 s ago"; of a time by the proxy's clock, which may differ from ours. */
export function ago(time: string | null | undefined, now = Date.now()): string {
  if (!time) return "";
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000);
  if (seconds < 2) return "just now";
  if (seconds < 120) return `${Math.round(seconds)}${thin}s ago`;
  if (seconds < 7200) return `${Math.round(seconds / 60)}${thin}min ago`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)}${thin}h ago`;
  return `${Math.round(seconds / 86_400)} days ago`;
}

export function clock(time: string | null | undefined): string {
  if (!time) return "";
  return new Date(time).toLocaleTimeString(undefined, { hour12: false });
}
