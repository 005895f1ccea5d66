// Counters of one prediction service, and latency over its last thousand requests.

const WINDOW = 1000;

export interface Traffic {
  record(milliseconds: number, failed: boolean): void;
  read(): { requests: number; errors: number; p50?: number; p95?: number };
}

export function createTraffic(): Traffic {
  const window = new Float64Array(WINDOW);
  let requests = 0;
  let errors = 0;
  return {
    record(milliseconds, failed) {
      window[requests % WINDOW] = milliseconds;
      requests += 1;
      if (failed) errors += 1;
    },
    read() {
      const held = window.slice(0, Math.min(requests, WINDOW)).sort();
      if (held.length === 0) return { requests, errors };
      const at = (share: number) => held[Math.ceil(share * held.length) - 1]!;
      return { requests, errors, p50: at(0.5), p95: at(0.95) };
    }
  };
}
