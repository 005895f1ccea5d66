// What one cell says, in either language: all that the analysis of a notebook asks of it. Cells that stay the same are read once.
import type { Parameter } from '../contract/analysis.ts';
import type { Program } from './interpret/ir.ts';
import type { Outline } from './outline.ts';
import type { Magic } from './python/magics.ts';

/** A fault of syntax, in words. */
export interface Fault {
  line: number;
  message: string;
  remedy: string;
}

export interface ReadCell {
  program: Program;
  /** What the cell binds is gone after it (`%%timeit`). */
  isolated: boolean;
  /** Names that the functions and classes defined in the cell mention, called or not. */
  mentions: Set<string>;
  outline: Outline;
  magics: Magic[];
  faults: Fault[];
  parameters: Omit<Parameter, 'cell'>[];
}
