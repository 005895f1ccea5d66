// Facts, published after their commit. Calls go down, events go up: a module below never knows who listens.
import type { ServerEvent } from '../contract/events.ts';

export type Listener = (event: ServerEvent) => void;

export interface EventBus {
  publish(event: ServerEvent): void;
  /** @returns how to stop listening. */
  subscribe(listener: Listener): () => void;
}

export function createEventBus(onError: (error: unknown) => void = () => {}): EventBus {
  const listeners = new Set<Listener>();
  return {
    publish(event) {
      for (const listener of [...listeners]) {
        try {
          listener(event);
        } catch (error) {
          onError(error);
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    }
  };
}
