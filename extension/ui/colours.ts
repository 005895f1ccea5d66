// Colours of lines that are told apart, light and dark, also by most people who see fewer colours.
export const LINE_COLOURS = [
  '#4477d6',
  '#d1772b',
  '#2f9e77',
  '#b8478c',
  '#8a7a12',
  '#7a5cc8',
  '#c9483f',
  '#3a94b5',
  '#6d8b2e',
  '#7d7d86'
] as const;

/** A second round of the colours is dashed. */
export const lineDash = (index: number): number[] => {
  const round = Math.floor(index / LINE_COLOURS.length) % 3;
  return round === 0 ? [1, 0] : round === 1 ? [6, 3] : [2, 2];
};

export const lineColour = (index: number): string => LINE_COLOURS[index % LINE_COLOURS.length]!;

/** Classes of what is said of a number beside another one; never alone, but with a sign or a word. */
export const TONES = {
  better: 'sl-good',
  worse: 'sl-bad',
  same: 'sl-muted',
  unknown: 'sl-muted'
} as const;
