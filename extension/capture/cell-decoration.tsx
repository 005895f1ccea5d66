// What Stepladder adds to one cell: a band, its step's label above, a sign in the margin, what it takes and gives under its code,
// and one muted line below; each only with something to say.
import type { Cell } from '@jupyterlab/cells';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { PanelLayout } from '@lumino/widgets';
import React from 'react';
import { Sparkline } from '../ui/sparkline.tsx';
import { CellFlow, type Flow, type FlowActions } from './cell-flow.tsx';
import type { CellLine, CellMark, Sign } from './cell-marks.ts';
import { SignShape } from './sign-shape.tsx';

export interface Decoration {
  mark: CellMark | undefined;
  /** A step for an active cell that has none. */
  suggestion: { name: string; label: string } | undefined;
  sign: Sign | undefined;
  flow: Flow | undefined;
  line: CellLine | undefined;
}

export interface CellDecoration {
  show(decoration: Decoration): void;
  remove(): void;
}

export interface CellActions extends FlowActions {
  rename(): void;
  accept(): void;
  drag(step: string, event: PointerEvent): void;
}

/** Widgets in the cell's own layout, so that no other part's DOM is touched; they go with the cell. */
export function decorate(
  cell: Cell,
  actions: CellActions,
  trans: TranslationBundle
): CellDecoration {
  let shown = '';
  let label: Part | undefined;
  let sign: Part | undefined;
  let flow: Part | undefined;
  let line: Part | undefined;

  const layout = () => cell.layout as PanelLayout;
  const underCode = () =>
    layout().widgets.findIndex(widget => widget.hasClass('jp-Cell-inputWrapper')) + 1;
  const place = (part: Part | undefined, className: string, at: () => number): Part => {
    if (part && !part.isDisposed) return part;
    const made = new Part(className);
    layout().insertWidget(at(), made);
    return made;
  };
  const top = () => 0;
  const end = () => layout().widgets.length;
  const put = () => {
    const { mark, suggestion } = decoration;
    cell.toggleClass('sl-in-step', mark !== undefined);
    if (mark) cell.node.dataset['slColour'] = String(mark.colour);
    else delete cell.node.dataset['slColour'];
    if (mark?.label)
      (label = place(label, 'sl-cell-label', top)).draw(<Label mark={mark} actions={actions} />);
    else if (suggestion)
      (label = place(label, 'sl-cell-label', top)).draw(
        <Suggestion {...suggestion} accept={actions.accept} />
      );
    else label = gone(label);
    if (decoration.sign)
      (sign = place(sign, 'sl-cell-sign', top)).draw(<Margin sign={decoration.sign} />);
    else sign = gone(sign);
    if (decoration.flow)
      (flow = place(flow, 'sl-cell-flow', underCode)).draw(
        <CellFlow flow={decoration.flow} actions={actions} trans={trans} />
      );
    else flow = gone(flow);
    if (decoration.line)
      (line = place(line, 'sl-cell-line', end)).draw(<Line line={decoration.line} />);
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
  sign: undefined,
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
  actions: CellActions;
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

function Margin({ sign: { state, label } }: { sign: Sign }): React.JSX.Element {
  return (
    <span
      className={`sl-sign sl-mark-${state}`}
      role="img"
      aria-label={label.replaceAll('\n', '. ')}
      title={label}
      data-state={state}
    >
      <SignShape state={state} />
    </span>
  );
}

function Line({ line }: { line: CellLine }): React.JSX.Element {
  const { curve } = line;
  return (
    <>
      {curve && line.running && (
        <Sparkline values={curve.values} width={150} height={28} label={curve.key} />
      )}
      <span className={line.failed ? 'sl-bad' : undefined}>{line.text}</span>
      {curve && !line.running && <Sparkline values={curve.values} label={curve.key} />}
    </>
  );
}
