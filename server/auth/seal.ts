// Secrets that stand in a database are sealed: whoever reads the database, or a copy of it, needs the key beside it too.
import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

export interface Seal {
  seal(text: string): string;
  /** @throws when it was sealed with another key, or changed since. */
  open(sealed: string): string;
  /** What everything that this key sealed begins with. */
  readonly mark: string;
}

/** What everything that any key sealed begins with. */
export const SEALED = 'sealed:1:';

const CIPHER = 'aes-256-gcm';
const NONCE = 12;
const TAG = 16;

/** @param words what the key is made of, asked for once it is needed: long and random, as no work is put into stretching it. */
export function createSeal(words: () => string): Seal {
  let made: { key: Buffer; mark: string } | undefined;
  function own(): { key: Buffer; mark: string } {
    if (!made) {
      const key = hash('sha256', words(), 'buffer');
      made = { key, mark: `${SEALED}${hash('sha256', key).slice(0, 8)}:` };
    }
    return made;
  }
  return {
    get mark() {
      return own().mark;
    },
    seal(text) {
      const { key, mark } = own();
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv(CIPHER, key, nonce);
      const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return mark + Buffer.concat([nonce, cipher.getAuthTag(), content]).toString('base64');
    },
    open(sealed) {
      const { key, mark } = own();
      if (!sealed.startsWith(mark)) {
        throw new Error(
          'It was sealed with another key: give every server of one database the same STEPLADDER_SECRETS_KEY, or set the secret again'
        );
      }
      const bytes = Buffer.from(sealed.slice(mark.length), 'base64');
      const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE));
      decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      return (
        decipher.update(bytes.subarray(NONCE + TAG), undefined, 'utf8') + decipher.final('utf8')
      );
    }
  };
}

/** The key that a data folder keeps for its server alone; made with the first one. */
export function readKeyFile(file: string): string {
  if (!existsSync(file)) {
    // Whole or not there, and of two that come at once both read the same.
    const whole = `${file}.${process.pid}`;
    writeFileSync(whole, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
    try {
      linkSync(whole, file);
    } catch (error) {
      // Some file systems have no links.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') renameSync(whole, file);
    } finally {
      rmSync(whole, { force: true });
    }
  }
  return readFileSync(file, 'utf8').trim();
}
