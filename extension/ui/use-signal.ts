import type { ISignal } from '@lumino/signaling';
import { useEffect, useReducer } from 'react';

/** Draws again whenever the signal says so; what to draw is read from the model itself. */
export function useSignal<Sender, Args>(signal: ISignal<Sender, Args> | undefined): void {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!signal) return;
    const heard = () => draw();
    signal.connect(heard);
    draw();
    return () => void signal.disconnect(heard);
  }, [signal]);
}
