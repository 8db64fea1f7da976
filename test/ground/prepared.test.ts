import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type Context, openContext } from '#src/context';
import { prepared } from '#src/db/client';
import { testConfig } from '../support/config.js';
import { createDatabase } from '../support/database.js';

let database: Awaited<ReturnType<typeof createDatabase>>;
let ctx: Context;
beforeEach(async () => {
  database = await createDatabase();
  ctx = openContext(testConfig(database.url), 'test');
});
afterEach(async () => {
  await ctx.close();
  await database.drop();
});

test('a statement that is marked is planned once a connection, whatever its values; another is not kept', async () => {
  await ctx.db.transaction().execute(async (tx) => {
    const sums = [];
    for (const n of [1, 2, 3]) {
      sums.push((await sql<{ sum: number }>`${prepared} SELECT ${n}::integer + 1 AS sum`.execute(tx)).rows[0]?.sum);
      sums.push((await sql<{ sum: number }>`${prepared} SELECT ${n}::integer + 10 AS sum`.execute(tx)).rows[0]?.sum);
      await sql`SELECT ${n}::integer`.execute(tx);
    }
    expect(sums).toEqual([2, 11, 3, 12, 4, 13]);
    const kept = await sql<{ uses: number }>`SELECT (generic_plans + custom_plans)::integer AS uses FROM pg_prepared_statements`.execute(
      tx,
    );
    expect(kept.rows).toEqual([{ uses: 3 }, { uses: 3 }]);
  });
});
