import { useEffect, useRef } from 'react';

/** Calls back every so often while it is wanted and the page is looked at. */
export function useBeat(milliseconds: number, wanted: boolean, call: () => void): void {
  const latest = useRef(call);
  latest.current = call;
  useEffect(() => {
    if (!wanted) return;
    const timer = setInterval(() => document.hidden || latest.current(), milliseconds);
    return () => clearInterval(timer);
  }, [milliseconds, wanted]);
}
