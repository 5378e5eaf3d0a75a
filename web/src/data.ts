// What a view shows of the API: read when it opens and again when news come, never faster than the
// answers themselves.

import { useEffect, useRef, useState } from "preact/hooks";
import { live } from "./live";
import { ApiError, read } from "./source";

export interface Data<T> {
  value: T | null;
  error: ApiError | null;
}

const cache = new Map<string, unknown>();
const pause = 1000; // between two reads of one view
const patience = 10; // times that an answer took, before it is asked for again

export type Fresh = "once" | "live" | "often"; // often: also while nothing comes

export function useData<T>(path: string | null, fresh: Fresh): Data<T> {
  const [data, setData] = useState<Data<T> & { path: string | null }>({ path: null, value: null, error: null });
  const current = useRef(path);
  current.current = path;

  useEffect(() => {
    if (path === null) return;
    let ended = false;
    let busy = false;
    let stale = false;
    let timer = 0;
    const load = async () => {
      busy = true;
      stale = false;
      const begun = performance.now();
      try {
        const value = await read<T>(path);
        cache.set(path, value);
        if (!ended) setData({ path, value, error: null });
      } catch (error) {
        if (!ended && error instanceof ApiError) setData((old) => ({ path, value: old.path === path ? old.value : null, error }));
      }
      const wait = Math.max(pause, patience * (performance.now() - begun));
      timer = window.setTimeout(() => {
        busy = false;
        if (stale && !ended && !document.hidden) void load();
      }, wait);
    };
    const news = () => {
      stale = true;
      if (!busy && !document.hidden) void load();
    };
    void load();
    let version = live.version;
    const unlisten = live.listen(() => {
      if (fresh === "once" || live.version === version) return;
      version = live.version;
      news();
    });
    const often = fresh === "often" ? setInterval(() => !live.paused && news(), 3000) : 0;
    document.addEventListener("visibilitychange", seen);
    function seen() {
      if (!document.hidden && stale && !busy) void load();
    }
    return () => {
      ended = true;
      clearTimeout(timer);
      clearInterval(often);
      unlisten();
      document.removeEventListener("visibilitychange", seen);
    };
  }, [path, fresh]);

  if (path === null) return { value: null, error: null };
  if (data.path === path) return data;
  return { value: (cache.get(path) as T | undefined) ?? null, error: null };
}
