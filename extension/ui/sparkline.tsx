import React from 'react';

interface SparklineProps {
  values: readonly number[];
  width?: number;
  height?: number;
  /** Read aloud instead of the curve. */
  label: string;
}

/** A curve as small as a word. One value is a dot; none is nothing, in the same space. */
export function Sparkline({
  values,
  width = 54,
  height = 16,
  label
}: SparklineProps): React.JSX.Element {
  const points = sparkPoints(values, width, height);
  const last = points[points.length - 1];
  return (
    <svg
      className="sl-sparkline"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      {points.length > 1 && <polyline points={points.map(point => point.join(',')).join(' ')} />}
      {points.length === 1 && last && <circle cx={last[0]} cy={last[1]} r={1.5} />}
    </svg>
  );
}

export function sparkPoints(
  values: readonly number[],
  width: number,
  height: number
): [number, number][] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [];
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low;
  const edge = 2;
  const across = (index: number) =>
    finite.length === 1 ? width / 2 : edge + (index / (finite.length - 1)) * (width - 2 * edge);
  const down = (value: number) =>
    span === 0 ? height / 2 : edge + (1 - (value - low) / span) * (height - 2 * edge);
  return finite.map((value, index) => [round(across(index)), round(down(value))]);
}

const round = (value: number) => Math.round(value * 10) / 10;
