// What is imported after this file is compiled once a version, not once a start. In the user's own cache: a folder that
// others can write to would let them choose the code.
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

enableCompileCache(join(homedir(), '.cache', 'stepladder', 'compiled'));
