// The same runs, written straight into either database: over HTTP the peer would take hours.
import { DatabaseSync } from 'node:sqlite';

const METRICS = 100;
const PARAMS = 20;

interface Sink {
  run(id: string, number: number): void;
  param(id: string, key: string, value: string): void;
  metric(id: string, key: string, value: number): void;
}

/** The same numbers every time. */
function createRandom() {
  let state = 1;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

export const FIRST_RUN = '0'.repeat(32);

/** Of the first run's metric `long`. */
export function historyOf(length: number) {
  const random = createRandom();
  return Array.from({ length }, (_, step) => ({
    key: 'long',
    value: random(),
    timestamp: step + 1,
    step
  }));
}

function fill(sink: Sink, runs: number): void {
  const random = createRandom();
  for (let number = 0; number < runs; number += 1) {
    const id = number.toString(16).padStart(32, '0');
    sink.run(id, number);
    for (let key = 0; key < PARAMS; key += 1)
      sink.param(id, `p${key}`, String(Math.floor(random() * (key < 3 ? 10 : 1000))));
    for (let key = 0; key < METRICS; key += 1) sink.metric(id, `m${key}`, random());
  }
}

function within(file: string, work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(file);
  // Indexes of millions of rows in memory while they are filled, or it takes a quarter of an hour.
  const pragmas = ['busy_timeout = 10000', 'synchronous = off', 'cache_size = -1000000'];
  for (const pragma of pragmas) database.exec(`pragma ${pragma}`);
  database.exec('begin');
  work(database);
  database.exec('commit');
  database.close();
}

export const fillOurs = (file: string, runs: number) =>
  within(file, database => {
    const run = database.prepare(
      `insert into runs (run_id, experiment_id, name, user_id, state, start_time, end_time, artifact_uri)
       values (?, 0, ?, 'bench', 'finished', ?, ?, ?)`
    );
    const param = database.prepare('insert into params values (?, ?, ?)');
    const series = database.prepare(
      `insert into metric_series (run_id, key, step, time, value, kind, points, low, high, last_time)
       values (?, ?, 0, 1, ?3, 0, 1, ?3, ?3, 1) returning series_id`
    );
    const point = database.prepare('insert into metric_points values (?, ?, ?, ?, 0)');
    const sink: Sink = {
      run: (id, number) =>
        run.run(
          id,
          `run-${number}`,
          number * 1000,
          number * 1000 + 500,
          `mlflow-artifacts:/0/${id}`
        ),
      param: (id, key, value) => param.run(id, key, value),
      metric(id, key, value) {
        point.run(series.get(id, key, value)!['series_id']!, 1, 0, value);
      }
    };
    fill(sink, runs);
  });

export const fillMlflow = (file: string, runs: number, history: number) =>
  within(file, database => {
    const run = database.prepare(
      `insert into runs (run_uuid, experiment_id, name, user_id, status, start_time, end_time, lifecycle_stage,
         artifact_uri, source_type, source_name, entry_point_name, source_version)
       values (?, 0, ?, 'bench', 'FINISHED', ?, ?, 'active', ?, 'UNKNOWN', '', '', '')`
    );
    const param = database.prepare('insert into params (run_uuid, key, value) values (?, ?, ?)');
    const [latest, point] = ['latest_metrics', 'metrics'].map(table =>
      database.prepare(
        `insert into ${table} (run_uuid, key, value, timestamp, step, is_nan) values (?, ?, ?, ?, ?, 0)`
      )
    );
    const sink: Sink = {
      run: (id, number) =>
        run.run(
          id,
          `run-${number}`,
          number * 1000,
          number * 1000 + 500,
          `mlflow-artifacts:/0/${id}`
        ),
      param: (id, key, value) => param.run(id, key, value),
      metric(id, key, value) {
        latest!.run(id, key, value, 1, 0);
        point!.run(id, key, value, 1, 0);
      }
    };
    fill(sink, runs);
    for (const { key, value, timestamp, step } of historyOf(history))
      point!.run(FIRST_RUN, key, value, timestamp, step);
  });
