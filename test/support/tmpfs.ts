// A small file system that can be filled without harm to anybody else.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Also root may lack the right to mount, in a container. */
export function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const probe = mkdtempSync(join(tmpdir(), 'stepladder-mount-'));
  const isAllowed = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', probe]).status === 0;
  if (isAllowed) execFileSync('umount', [probe]);
  rmSync(probe, { recursive: true });
  return isAllowed;
}

/** @param size as mount takes it, such as `24m` */
export function mountSmall(size: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'stepladder-full-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  return folder;
}

export function unmount(folder: string): void {
  execFileSync('umount', ['-l', folder]);
  rmSync(folder, { recursive: true, force: true });
}

/** Leaves so many bytes, by a file that can be removed again. @returns its path */
export function fill(folder: string, left: number): string {
  const { bavail, bsize } = statfsSync(folder);
  const ballast = join(folder, 'ballast');
  writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - left)));
  return ballast;
}
