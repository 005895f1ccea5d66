/// <reference types="node" />
// Processor and memory while a run lasts.
import { cpus, freemem, totalmem } from 'node:os';

const INTERVAL = 10_000;
const MEGABYTE = 1024 * 1024;

/** Samples now and then, and once more at the end. @returns ends it. */
export function watchSystem(
  log: (metrics: Record<string, number>, step: number) => void
): () => void {
  let before = counters();
  let step = 0;
  const sample = () => {
    const now = counters();
    const wall = Math.max(1, now.wall - before.wall);
    const all = Math.max(1, now.all - before.all);
    log(
      {
        'system/cpu_utilization_percentage': 100 * (1 - (now.idle - before.idle) / all),
        'system/process_cpu_percentage': (100 * (now.own - before.own)) / wall,
        'system/system_memory_usage_megabytes': (totalmem() - freemem()) / MEGABYTE,
        'system/system_memory_usage_percentage': (100 * (totalmem() - freemem())) / totalmem(),
        'system/process_memory_usage_megabytes': process.memoryUsage.rss() / MEGABYTE
      },
      step
    );
    step += 1;
    before = now;
  };
  const timer = setInterval(sample, INTERVAL).unref();
  return () => {
    clearInterval(timer);
    sample();
  };
}

/** Milliseconds so far. */
function counters() {
  const times = cpus().map(cpu => cpu.times);
  const { user, system } = process.cpuUsage();
  const sum = (of: (cpu: (typeof times)[number]) => number) =>
    times.reduce((total, cpu) => total + of(cpu), 0);
  return {
    wall: performance.now(),
    own: (user + system) / 1000,
    idle: sum(cpu => cpu.idle),
    all: sum(cpu => cpu.user + cpu.nice + cpu.sys + cpu.idle + cpu.irq)
  };
}
