// Server-sent events: what the bus publishes, as it happens.
import type { FastifyInstance } from 'fastify';
import { EVENTS_PATH } from '../contract/events.ts';
import type { EventBus } from '../events/bus.ts';

const HEARTBEAT = 15_000;

export function eventRoutes(app: FastifyInstance, bus: EventBus): void {
  const closers = new Set<() => void>();
  app.get(EVENTS_PATH, { config: { operation: 'events' } }, (request, reply) => {
    reply.hijack();
    const stream = reply.raw;
    stream.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no'
    });
    stream.write(': connected\n\n');
    const stop = bus.subscribe(event => stream.write(`data: ${JSON.stringify(event)}\n\n`));
    const heartbeat = setInterval(() => stream.write(': alive\n\n'), HEARTBEAT);
    const close = () => {
      clearInterval(heartbeat);
      stop();
      closers.delete(close);
      stream.end();
    };
    closers.add(close);
    request.raw.on('close', close);
  });
  app.addHook('preClose', async () => closers.forEach(close => close()));
}
