// The points that a curve is drawn from. Of a long series only as many blocks are read as can be shown, each by its lowest
// and its highest point: so a spike never vanishes, at any zoom.
import type { Db } from '../database/open.ts';
import { type Block, blockOf, coarsen, type Point } from './metric-blocks.ts';
import { BLOCK, PACK } from './metric-packs.ts';
import { readAllPoints, readRows, toSeriesPoints } from './metric-store.ts';
import { readBlocks, readPacks, readWholes, type Span } from './pack-store.ts';
import type { Series } from './series-store.ts';
import type { SeriesPoint } from './series-buckets.ts';

export interface CurvePoint extends SeriesPoint {
  /** What it stands for besides itself: the mean of so many points. */
  mean?: number;
  count?: number;
}

export interface CurvePoints {
  points: CurvePoint[];
  /** How many there are within the stretch (about, where they came out of order); a short series is simply counted. */
  total?: number;
}

export interface Stretch extends Span {
  /** About as many as a chart shows of them. */
  points: number;
}

/** Shorter series are read as they are. */
const LONG = 2048;

/** So few points to a block are drawn themselves. */
const FEW = 4;

export async function readCurvePoints(
  db: Db,
  series: Series,
  stretch: Stretch
): Promise<CurvePoints> {
  const { series_id: id } = series;
  if (series.points < LONG || series.packs === 0)
    return { points: toSeriesPoints(await readAllPoints(db, id)) };
  // Before the packs, as in `readPoints`.
  const rows = await readRows(db, id);
  const packs = sortOut((await readWholes(db, id, stretch)).map(wholePiece), stretch);
  let seen = await lookCloser(db, id, packs, packs.cut, stretch);
  /** About so many points are one block, drawn as two points. */
  const size = Math.floor(pointsIn([...seen.within, ...seen.cut]) / (stretch.points / 2));
  // Twice as coarse as asked for is fine enough; every block of every pack would take its time.
  if (size >= BLOCK && size < PACK / 2)
    seen = await lookCloser(db, id, seen, packs.within, stretch);
  const isFar = size >= BLOCK;
  const ends = [...seen.cut, ...seen.before.slice(-1), ...seen.after.slice(0, 1)];
  const opened = await openPieces(db, id, isFar ? ends : [...ends, ...seen.within]);
  const raw = [rows, ...ends.map(piece => opened.get(piece)!)];
  const blocks: Block[] = [];
  for (const piece of seen.within) {
    if (isFar) blocks.push(piece.block);
    else if (size < FEW) raw.push(opened.get(piece)!);
    else blocks.push(...blocksOf(opened.get(piece)!, size));
  }
  const { within, beside } = nearest(raw.flatMap(toSeriesPoints), stretch);
  const total = within.length + blocks.reduce((sum, { points }) => sum + points, 0);
  return { points: [...coarsen(blocks, size).flatMap(pointsOf), ...within, ...beside], total };
}

/** Some points of a pack that follow each other. */
interface Piece {
  /** The pack's. */
  number: number;
  from: number;
  to: number;
  block: Block;
}

const wholePiece = ({ number, part: block }: { number: number; part: Block }): Piece => ({
  number,
  from: 0,
  to: block.points,
  block
});

const pointsIn = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, { block }) => sum + block.points, 0);

/** By where they lie, each in order. */
interface Sorted {
  before: Piece[];
  within: Piece[];
  /** By an end of the stretch. */
  cut: Piece[];
  after: Piece[];
}

function sortOut(pieces: readonly Piece[], stretch: Stretch): Sorted {
  const sorted: Sorted = { before: [], within: [], cut: [], after: [] };
  for (const piece of pieces) {
    const { from, to } = endsOf(piece, stretch);
    if (to < stretch.from) sorted.before.push(piece);
    else if (from > stretch.to) sorted.after.push(piece);
    else if (from >= stretch.from && to <= stretch.to) sorted.within.push(piece);
    else sorted.cut.push(piece);
  }
  sorted.before.sort((a, b) => endsOf(a, stretch).to - endsOf(b, stretch).to);
  for (const list of [sorted.within, sorted.after])
    list.sort((a, b) => endsOf(a, stretch).from - endsOf(b, stretch).from);
  return sorted;
}

const endsOf = ({ block }: Piece, { by }: Stretch) =>
  by === 'step'
    ? { from: block.fromStep, to: block.toStep }
    : { from: block.fromTime, to: block.toTime };

/** With its blocks instead of each of the packs. */
async function lookCloser(
  db: Db,
  seriesId: number,
  seen: Sorted,
  packs: readonly Piece[],
  stretch: Stretch
): Promise<Sorted> {
  const pieces = [seen.before, seen.within, seen.cut, seen.after].flat();
  const closer = new Set(packs);
  const numbers = packs.map(({ number }) => number);
  const kept = pieces.filter(piece => !closer.has(piece));
  for (const { number, part } of await readBlocks(db, seriesId, numbers)) {
    for (const [index, block] of part.entries()) {
      const from = index * BLOCK;
      kept.push({ number, from, to: from + block.points, block });
    }
  }
  return sortOut(kept, stretch);
}

async function openPieces(
  db: Db,
  seriesId: number,
  pieces: readonly Piece[]
): Promise<Map<Piece, Point[]>> {
  const numbers = [...new Set(pieces.map(({ number }) => number))];
  const packs = new Map(
    (await readPacks(db, seriesId, numbers)).map(({ number, part }) => [number, part])
  );
  return new Map(
    pieces.map(piece => [piece, packs.get(piece.number)!.slice(piece.from, piece.to)])
  );
}

function blocksOf(points: readonly Point[], size: number): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < points.length; at += size)
    blocks.push(blockOf(points, at, Math.min(at + size, points.length)));
  return blocks;
}

/** The points within the stretch, and one beside it on either side, which a line runs on to. */
function nearest(points: readonly SeriesPoint[], { by, from, to }: Stretch) {
  const within: SeriesPoint[] = [];
  let before: SeriesPoint | undefined;
  let after: SeriesPoint | undefined;
  for (const point of points) {
    if (point[by] < from) {
      if (!before || point[by] > before[by]) before = point;
    } else if (point[by] > to) {
      if (!after || point[by] < after[by]) after = point;
    } else within.push(point);
  }
  return { within, beside: [before, after].filter(point => point !== undefined) };
}

function pointsOf(block: Block): CurvePoint[] {
  const low = { step: block.lowStep, time: block.lowTime, value: block.lowValue };
  const high = { step: block.highStep, time: block.highTime, value: block.highValue };
  const isOne = low.step === high.step && low.time === high.time;
  const known = block.finite > 0 ? { mean: block.mean } : {};
  const ends = isOne ? [high] : [low, high];
  return ends.map(end => ({ ...end, ...known, count: block.finite / ends.length }));
}
