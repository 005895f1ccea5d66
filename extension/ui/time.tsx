// "12 min" with the exact time on hover; the words move on by themselves.
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useState } from 'react';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function formatAgo(time: number, now: number, trans: TranslationBundle): string {
  const ago = now - time;
  if (ago < MINUTE) return trans.__('now');
  if (ago < HOUR) return trans.__('%1 min', Math.floor(ago / MINUTE));
  if (ago < DAY) return trans.__('%1 h', Math.floor(ago / HOUR));
  return trans._n('%1 day', '%1 days', Math.floor(ago / DAY));
}

interface AgoProps {
  time: number;
  trans: TranslationBundle;
  /** Among other words, where a bare "12 min" could be a duration. */
  sentence?: boolean;
}

/** The nearest thing to a date: what somebody logged in nanoseconds is none. */
export function formatTime(time: number): string {
  const date = new Date(time);
  return isDate(date) ? date.toLocaleString() : String(time);
}

const isDate = (date: Date): boolean => !Number.isNaN(date.getTime());

export function Ago({ time, trans, sentence = false }: AgoProps): React.JSX.Element {
  const now = useNow(MINUTE / 2);
  const date = new Date(time);
  const ago = formatAgo(time, now, trans);
  return (
    <time
      className="sl-muted sl-number"
      dateTime={isDate(date) ? date.toISOString() : undefined}
      title={formatTime(time)}
    >
      {sentence && now - time >= MINUTE ? trans.__('%1 ago', ago) : ago}
    </time>
  );
}

/** The time, every `beat` milliseconds while the component is there. */
export function useNow(beat: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), beat);
    return () => clearInterval(timer);
  }, [beat]);
  return now;
}
