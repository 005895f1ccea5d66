// Numbers as people read them: at most four significant digits, thousands apart, durations with a unit.

export const NOTHING = '–';

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `18.31`, `0.00042`, `336,776`; whole numbers are never rounded below a million. */
export function formatNumber(value: number | string | undefined): string {
  if (value === undefined) return NOTHING;
  if (typeof value === 'string')
    return value === 'Infinity' ? '∞' : value === '-Infinity' ? '−∞' : value;
  if (!Number.isFinite(value)) return formatNumber(String(value));
  const size = Math.abs(value);
  if (size >= 1e9 || (size > 0 && size < 1e-4)) return value.toExponential(2);
  if (Number.isInteger(value) || size >= 1e4) return grouped.format(value);
  return String(Number(value.toPrecision(4)));
}

/** With its sign always said: `+0.58`, `−0.13`, `0`. */
export function formatChange(value: number): string {
  const text = formatNumber(Math.abs(value));
  return value === 0 ? '0' : `${value > 0 ? '+' : '−'}${text}`;
}

export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (milliseconds < 10) return `${Math.max(0, milliseconds).toFixed(milliseconds < 1 ? 1 : 0)} ms`;
  if (seconds < 1) return `${Math.round(milliseconds)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds - minutes * 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${formatNumber(Number((bytes / 1e3).toPrecision(3)))} kB`;
  if (bytes < 1e9) return `${formatNumber(Number((bytes / 1e6).toPrecision(3)))} MB`;
  return `${formatNumber(Number((bytes / 1e9).toPrecision(3)))} GB`;
}
