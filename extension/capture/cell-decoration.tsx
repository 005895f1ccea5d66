// What Stepladder adds to one cell: a band, its step's label above, and one muted line below; each only with something to say.
import type { Cell } from '@jupyterlab/cells';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { PanelLayout } from '@lumino/widgets';
import React from 'react';
import { Sparkline } from '../ui/sparkline.tsx';
import type { CellLine, CellMark } from './cell-marks.ts';

export interface Decoration {
  mark: CellMark | undefined;
  /** A step for an active cell that has none. */
  suggestion: { name: string; label: string } | undefined;
  /** Of the active cell. */
  flow: string | undefined;
  line: CellLine | undefined;
}

export interface CellDecoration {
  show(decoration: Decoration): void;
  remove(): void;
}

export interface LabelActions {
  rename(): void;
  accept(): void;
  drag(step: string, event: PointerEvent): void;
}

/** Widgets in the cell's own layout, so that no other part's DOM is touched; they go with the cell. */
export function decorate(cell: Cell, actions: LabelActions): CellDecoration {
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
    const { mark, suggestion, flow, line: done } = decoration;
    cell.toggleClass('sl-in-step', mark !== undefined);
    if (mark) cell.node.dataset['slColour'] = String(mark.colour);
    else delete cell.node.dataset['slColour'];
    if (mark?.label)
      (label = place(label, 'sl-cell-label', true)).draw(<Label mark={mark} actions={actions} />);
    else if (suggestion)
      (label = place(label, 'sl-cell-label', true)).draw(
        <Suggestion {...suggestion} accept={actions.accept} />
      );
    else label = gone(label);
    if (flow !== undefined || done)
      (line = place(line, 'sl-cell-line', false)).draw(<Line flow={flow} line={done} />);
    else line = gone(line);
  };
  let decoration = NOTHING;
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
      decoration = NOTHING;
      put();
    }
  };
}

const NOTHING: Decoration = {
  mark: undefined,
  suggestion: undefined,
  flow: undefined,
  line: undefined
};

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
  actions
}: {
  mark: CellMark;
  actions: LabelActions;
}): React.JSX.Element {
  return (
    <button
      type="button"
      className="sl-step-name"
      tabIndex={-1}
      onClick={actions.rename}
      onPointerDown={event => event.button === 0 && actions.drag(step, event.nativeEvent)}
      data-state={label!.state}
      title={step}
    >
      {label!.text}
    </button>
  );
}

function Suggestion({
  name,
  label,
  accept
}: {
  name: string;
  label: string;
  accept: () => void;
}): React.JSX.Element {
  return (
    <button
      type="button"
      className="sl-step-name sl-suggested"
      tabIndex={-1}
      onClick={accept}
      title={label}
    >
      {name}?
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
