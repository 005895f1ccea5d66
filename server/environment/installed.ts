// What an interpreter has installed: the lock of a version, and part of what a step's result depends on.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { problem } from '../contract/problem.ts';

const Installed = z.object({
  /** Equal for environments with the same interpreter version and packages. */
  id: z.string(),
  /** Of the language, e.g. `3.11.7`. */
  version: z.string(),
  /** `name==version`, sorted. */
  packages: z.array(z.string()),
  /** Top-level module -> names of the packages that have it. */
  modules: z.record(z.string(), z.array(z.string())),
  /** Package (small letters, `-`) -> requirements as it states them. */
  requires: z.record(z.string(), z.array(z.string())),
  /** Folders whose change means that something was installed or removed. */
  folders: z.array(z.string())
});
export type Installed = z.infer<typeof Installed>;

const Remembered = z.record(z.string(), z.object({ stamp: z.string(), installed: Installed }));

const ASK = `
import json, re, sys
try:
    from importlib.metadata import distributions
except ImportError:
    from importlib_metadata import distributions
found, modules, requires = {}, {}, {}
for one in distributions():
    name = one.metadata["Name"]
    if not name:
        continue
    key = re.sub(r"[-_.]+", "-", name).lower()
    if key in found:
        continue
    found[key] = name + "==" + one.version
    requires[key] = list(one.requires or [])
    listed = (one.read_text("top_level.txt") or "").split()
    if not listed:
        for file in one.files or []:
            first = file.parts[0]
            if first == ".." or first.endswith((".dist-info", ".egg-info", ".pth", "__pycache__")):
                continue
            if len(file.parts) > 1 or first.endswith((".py", ".so", ".pyd")):
                listed.append(first.split(".")[0])
    for module in set(listed):
        modules.setdefault(module, []).append(name)
folders = [path for path in sys.path if path.endswith("-packages")]
print(json.dumps({"version": "%d.%d.%d" % sys.version_info[:3], "packages": sorted(found.values(), key=str.lower), "modules": modules, "requires": requires, "folders": folders}))
`;

const run = promisify(execFile);

export interface InstalledReader {
  /** @throws environment_not_found when the interpreter does not start. */
  read(executable: string): Promise<Installed>;
}

/** @param file where answers are kept: asking takes longer than a pipeline in which nothing changed. */
export function createInstalledReader(file?: string): InstalledReader {
  let remembered: z.infer<typeof Remembered> | undefined;
  return {
    async read(executable) {
      remembered ??= load(file);
      const known = remembered[executable];
      if (known && known.stamp === stampOf(executable, known.installed.folders))
        return known.installed;
      const installed = await ask(executable);
      remembered[executable] = { stamp: stampOf(executable, installed.folders), installed };
      if (file) save(file, remembered);
      return installed;
    }
  };
}

async function ask(executable: string): Promise<Installed> {
  try {
    const { stdout } = await run(executable, ['-c', ASK], { maxBuffer: 32 * 1024 * 1024 });
    const answer = Installed.omit({ id: true }).parse(JSON.parse(stdout));
    const content = [answer.version, ...answer.packages].join('\n');
    return { ...answer, id: createHash('sha256').update(content).digest('hex') };
  } catch (error) {
    throw problem(
      'environment_not_found',
      `The notebook's interpreter "${executable}" does not start: ${(error as Error).message.split('\n')[0]}`,
      { remedy: 'Choose another kernel for the notebook, or install that one again' }
    );
  }
}

function stampOf(executable: string, folders: string[]): string {
  return [executable, ...folders]
    .map(path => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 'gone')
    .join(' ');
}

function load(file: string | undefined): z.infer<typeof Remembered> {
  try {
    return Remembered.parse(JSON.parse(readFileSync(file ?? '', 'utf8')));
  } catch {
    return {};
  }
}

function save(file: string, remembered: z.infer<typeof Remembered>): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.partial`, JSON.stringify(remembered));
    renameSync(`${file}.partial`, file);
  } catch {
    // Only a memory: it is asked again next time.
  }
}
