// A process of its own for open.test.ts: opens, or writes until it is killed and says what was acknowledged.
import { sql } from 'kysely';
import { openDatabase } from './open.ts';

const [task, file] = process.argv.slice(2) as [string, string];
const database = await openDatabase(file);
if (task === 'open') await database.close();
else {
  for (let batch = 0; ; batch += 1) {
    const words = Array.from({ length: 7 }, (_, index) => `w${batch}-${index}`);
    await Promise.all(
      words.map(async word => {
        await database.write(db => sql`insert into words values (${word})`.execute(db));
        process.send!(word);
      })
    );
  }
}
