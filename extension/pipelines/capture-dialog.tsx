// A capture with words of one's own: what changed, and how grave it is where the rule is not to decide.
import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';

export interface CaptureWords {
  message?: string;
  bump?: 'major' | 'minor' | 'patch';
}

const BUMPS = ['major', 'minor', 'patch'] as const;

class CaptureForm extends ReactWidget {
  private readonly trans: TranslationBundle;
  private message = '';
  private bump: CaptureWords['bump'];
  constructor(trans: TranslationBundle) {
    super();
    this.trans = trans;
    this.addClass('sl-form');
  }
  getValue(): CaptureWords {
    const message = this.message.trim();
    return { ...(message ? { message } : {}), ...(this.bump ? { bump: this.bump } : {}) };
  }
  render(): React.JSX.Element {
    const { trans } = this;
    const meaning = {
      major: trans.__('major: who builds on it has to change'),
      minor: trans.__('minor: it behaves otherwise, and nothing breaks'),
      patch: trans.__('patch: only data, formatting or text')
    };
    return (
      <>
        <label>
          {trans.__('Message')}
          <input
            placeholder={trans.__('Empty: what changed, in a sentence')}
            onChange={event => (this.message = event.target.value)}
          />
        </label>
        <label>
          {trans.__('Semantic version')}
          <select onChange={event => (this.bump = BUMPS.find(bump => bump === event.target.value))}>
            <option value="">{trans.__('as the rule says')}</option>
            {BUMPS.map(bump => (
              <option key={bump} value={bump}>
                {meaning[bump]}
              </option>
            ))}
          </select>
        </label>
      </>
    );
  }
}

/** Undefined when nothing is to be captured. */
export async function askHowToCapture(trans: TranslationBundle): Promise<CaptureWords | undefined> {
  const { button, value } = await showDialog({
    title: trans.__('Capture a version'),
    body: new CaptureForm(trans),
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Capture') })],
    focusNodeSelector: 'input'
  });
  return button.accept && value !== null ? value : undefined;
}
