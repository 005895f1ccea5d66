// `npm run setup`
import { giveUp } from './progress.mjs';
import { setUp } from './set-up.mjs';

await setUp().catch(giveUp);
