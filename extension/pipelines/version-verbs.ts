// What people do with versions, by the command line's words: restore, tag, branch, why, push, pull.
import { InputDialog, Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { Notebook } from '../../server/contract/notebook.ts';
import * as routes from '../client/routes.ts';
import type { Lab } from '../tokens.ts';
import type { VersionLine } from './version-words.ts';

export interface VersionVerbs {
  /** Into the notebook, which is opened where it is not open; nothing happens where it is gone. */
  restore(line: VersionLine, version: string): Promise<void>;
  /** Asks for the name. */
  tag(line: VersionLine, version: string): Promise<void>;
  /** Asks for the name; the notebook is then that version, and what is captured goes to the branch. */
  branch(line: VersionLine, version: string): Promise<void>;
  /** What changed between the run that was good and this version or run. */
  why(line: VersionLine, to: string): void;
  push(line: VersionLine): Promise<void>;
  pull(line: VersionLine): Promise<void>;
}

export interface VersionVerbsParts {
  lab: Lab;
  restore(line: VersionLine, version: string): Promise<void>;
  /** Puts a content into the notebook, to be undone with what is said. */
  replace(path: string, notebook: Notebook, done: string): Promise<void>;
  /** Tags, branches or versions are others now; the page goes to the branch where one is given. */
  changed(line: VersionLine, branch?: string): void;
}

export function createVersionVerbs(parts: VersionVerbsParts): VersionVerbs {
  const { lab, restore, replace, changed } = parts;
  const { client, trans } = lab;
  const say = (text: string) => void Notification.success(text, { autoClose: 6000 });
  const ask = async (title: string, label: string, okLabel: string, text = '') => {
    const { button, value } = await InputDialog.getText({ title, label, okLabel, text });
    return button.accept ? value?.trim() : undefined;
  };

  /** The address; a token is asked for only where the server wants one. */
  async function exchange<Answer>(
    title: string,
    okLabel: string,
    call: (remote: { url?: string; token?: string }) => Promise<Answer>
  ): Promise<Answer | undefined> {
    const label = trans.__('Address (https://…) of a git repository; empty: the one used last');
    const url = await ask(title, label, okLabel);
    if (url === undefined) return undefined;
    const { button, value } = await InputDialog.getPassword({
      title,
      label: trans.__('Token, where the repository asks for one; it is kept nowhere'),
      okLabel
    });
    if (!button.accept) return undefined;
    return call({ ...(url ? { url } : {}), ...(value ? { token: value } : {}) });
  }

  return {
    restore,
    async tag(line, version) {
      const name = await ask(
        trans.__('Tag %1', version),
        trans.__('A name for it, such as "submitted"'),
        trans.__('Tag')
      );
      if (!name) return;
      await client.call(routes.tagVersion, { ...line, version, name });
      changed(line);
      say(trans.__('%1 is now also "%2"', version, name));
    },
    async branch(line, version) {
      const name = await ask(
        trans.__('Branch off %1', version),
        trans.__('A name for the experiment: what you capture goes to its own line of versions'),
        trans.__('Branch')
      );
      if (!name) return;
      const made = await client.call(routes.createBranch, { ...line, version, name });
      changed(line, name);
      await replace(
        line.path,
        made.notebook,
        trans.__('%1 is %2 on the branch "%3"', PathExt.basename(line.path), version, name)
      );
    },
    why({ path, pipeline, branch }, to) {
      const id = [path, pipeline ?? '', branch ?? '', to].join('|');
      lab.openPage('why', id, trans.__('Why: %1', PathExt.basename(path)));
    },
    async push(line) {
      const sent = await exchange(trans.__('Push versions'), trans.__('Push'), remote =>
        client.call(routes.pushVersions, { ...line, ...remote })
      );
      if (!sent) return;
      say(
        sent.sent === 0
          ? trans.__('"%1" has everything up to %2 already', sent.remoteBranch, sent.newest.version)
          : trans._n(
              '%1 version sent to "%2"',
              '%1 versions sent to "%2"',
              sent.sent,
              sent.remoteBranch
            )
      );
    },
    async pull(line) {
      const got = await exchange(trans.__('Pull versions'), trans.__('Pull'), remote =>
        client.call(routes.pullVersions, { ...line, ...remote })
      );
      if (!got) return;
      changed(line);
      say(
        got.received === 0
          ? trans.__('Nothing new in "%1"', got.remoteBranch)
          : trans._n(
              '%1 version received from "%2"',
              '%1 versions received from "%2"',
              got.received,
              got.remoteBranch
            )
      );
    }
  };
}
