// A tracking service on a database of its own, with time in the test's hands. For tests only.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createArtifactPlaces } from '../artifacts/artifact-places.ts';
import type { ServerEvent } from '../contract/events.ts';
import type { SessionEvent } from '../contract/tracking.ts';
import { openDatabase } from '../database/open.ts';
import { createTestPlace } from '../database/test-database.ts';
import { createEventBus } from '../events/bus.ts';
import { createWorkspace } from '../workspace.ts';
import { createTrackingService } from './service.ts';

type Distribute<T> = T extends unknown ? Partial<T> & Pick<T, Extract<keyof T, 'type'>> : never;

export async function createTrackingFixture() {
  const folder = mkdtempSync(join(tmpdir(), 'stepladder-tracking-'));
  const bus = createEventBus(error => {
    throw error;
  });
  const events: ServerEvent[] = [];
  bus.subscribe(event => events.push(event));
  let now = 1_000_000;
  let counter = 0;
  let ticks: (() => void)[] = [];
  const repeat = (_: number, work: () => void) => {
    ticks.push(work);
    return () => (ticks = ticks.filter(tick => tick !== work));
  };
  const { place, drop } = await createTestPlace(join(folder, 'test.db'));
  const open = async () => {
    const database = await openDatabase(place);
    const artifacts = createArtifactPlaces({
      destination: join(folder, 'artifacts'),
      root: 'mlflow-artifacts:/'
    });
    const parts = {
      database,
      artifacts,
      bus,
      clock: () => now,
      workspace: createWorkspace(folder)
    };
    const tracking = createTrackingService({ ...parts, repeat });
    await tracking.resume();
    return { database, tracking, parts, artifacts: artifacts.proxied };
  };
  let opened = await open();

  const fixture = {
    folder,
    events,
    get tracking() {
      return opened.tracking;
    },
    get database() {
      return opened.database;
    },
    get artifacts() {
      return opened.artifacts;
    },
    get now() {
      return now;
    },
    /** A clock that is put right goes back. */
    set now(time: number) {
      now = time;
    },
    /** An event now, with an id of its own. */
    event(event: Distribute<SessionEvent>): SessionEvent {
      const defaults = {
        tags: event.type === 'logged' ? {} : [],
        changes: [],
        params: {},
        metrics: [],
        killed: false
      };
      counter += 1;
      return { id: `event-${counter}`, time: now, ...defaults, ...event } as SessionEvent;
    },
    /** What a kernel of `notebook.ipynb` says; each event a millisecond later than the one before. */
    async say(
      source: 'hook' | 'recorder' | 'api' | 'executor',
      said: Distribute<SessionEvent>[],
      more: object = {}
    ) {
      const events = said.map(one => {
        now += 1;
        return fixture.event(one);
      });
      const answer = await opened.tracking.recordSession({
        sessionId: 'kernel-1',
        source,
        notebook: 'notebook.ipynb',
        events,
        ...more
      });
      return { ...answer, events };
    },
    /** Time goes on, second by second, and the server's timers with it. */
    async wait(seconds: number) {
      for (let second = 0; second < seconds; second += 1) {
        now += 1000;
        for (const tick of ticks) tick();
        await opened.database.write(async () => {});
      }
    },
    /** A second server on the same database. */
    async startAnother() {
      const another = createTrackingService({ ...opened.parts, repeat });
      await another.resume();
      return another;
    },
    async restart() {
      await opened.tracking.close();
      await opened.database.close();
      opened = await open();
    },
    async close() {
      await opened.tracking.close();
      await opened.database.close();
      await drop();
      rmSync(folder, { recursive: true, force: true });
    }
  };
  return fixture;
}

export type TrackingFixture = Awaited<ReturnType<typeof createTrackingFixture>>;
