// What Stepladder adds to one cell: a band, its step's label above, and one muted line below; each only with something to say.
import type { Cell } from '@jupyterlab/cells';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { PanelLayout } from '@lumino/widgets';
import React from 'react';
import { Sparkline } from '../ui/sparkline.tsx';
import type { CellLine, CellMark } from './cell-marks.ts';

export interface Decoration {
  mark: CellMark | undefined;
  /** Of the active cell. */
  flow: string | undefined;
  line: CellLine | undefined;
}

export interface CellDecoration {
  show(decoration: Decoration): void;
  remove(): void;
}

/** Widgets in the cell's own layout, so that no other part's DOM is touched; they go with the cell. */
export function decorate(cell: Cell, rename: () => void): CellDecoration {
  let shown = '';
  let label: Part | undefined;
  let line: Part | undefined;

  const place = (part: Part | undefined, className: string, first: boolean): Part => {
    if (part && !part.isDisposed) return part;
    const made = new Part(className);
    const layout = cell.layout as PanelLayout;
    layout.insertWidget(first ? 0 : layout.widgets.length, made);
    return made;
  };
  const put = () => {
    const { mark, flow, line: done } = decoration;
    cell.toggleClass('sl-in-step', mark !== undefined);
    if (mark) cell.node.dataset['slColour'] = String(mark.colour);
    else delete cell.node.dataset['slColour'];
    if (mark?.label)
      (label = place(label, 'sl-cell-label', true)).draw(<Label mark={mark} rename={rename} />);
    else label = gone(label);
    if (flow !== undefined || done)
      (line = place(line, 'sl-cell-line', false)).draw(<Line flow={flow} line={done} />);
    else line = gone(line);
  };
  let decoration: Decoration = { mark: undefined, flow: undefined, line: undefined };
  return {
    show(next) {
      const text = JSON.stringify(next);
      if (text === shown) return;
      shown = text;
      decoration = next;
      // A cell that was never in sight has no parts yet; its layout is laid when it is ready.
      void cell.ready.then(() => cell.isDisposed || put());
    },
    remove() {
      if (cell.isDisposed) return;
      decoration = { mark: undefined, flow: undefined, line: undefined };
      put();
    }
  };
}

function gone(part: Part | undefined): undefined {
  part?.dispose();
}

class Part extends ReactWidget {
  private element: React.JSX.Element = (<></>);
  constructor(className: string) {
    super();
    this.addClass(className);
  }
  draw(element: React.JSX.Element): void {
    this.element = element;
    this.update();
  }
  render(): React.JSX.Element {
    return this.element;
  }
}

function Label({
  mark: { label, step },
  rename
}: {
  mark: CellMark;
  rename: () => void;
}): React.JSX.Element {
  return (
    <button
      type="button"
      className="sl-step-name"
      tabIndex={-1}
      onClick={rename}
      data-state={label!.state}
      title={step}
    >
      {label!.text}
    </button>
  );
}

function Line({
  flow,
  line
}: {
  flow: string | undefined;
  line: CellLine | undefined;
}): React.JSX.Element {
  return (
    <>
      {line?.curve && line.running && (
        <Sparkline values={line.curve.values} width={150} height={28} label={line.curve.key} />
      )}
      {line && <span className={line.failed ? 'sl-bad' : undefined}>{line.text}</span>}
      {line?.curve && !line.running && (
        <Sparkline values={line.curve.values} label={line.curve.key} />
      )}
      {flow !== undefined && <span className="sl-flow">{flow}</span>}
    </>
  );
}
