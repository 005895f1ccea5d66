// What other parts have to say that is no failure: the first that says anything is heard.
import { type ISignal, Signal } from '@lumino/signaling';
import type { Remark } from '../tokens.ts';

export interface Remarks extends Remark {
  add(remark: Remark): void;
  readonly changed: ISignal<Remarks, void>;
}

export function createRemarks(): Remarks {
  const all: Remark[] = [];
  const remarks: Remarks = {
    get text() {
      return all.map(({ text }) => text).find(text => text !== undefined);
    },
    get changed() {
      return changed;
    },
    add(remark) {
      all.push(remark);
      remark.changed.connect(() => changed.emit());
      changed.emit();
    }
  };
  const changed = new Signal<Remarks, void>(remarks);
  return remarks;
}
