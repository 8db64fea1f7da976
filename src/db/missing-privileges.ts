import { sql } from 'kysely';
import type { Db } from '#src/db/client';
import { ownObjects } from '#src/db/own-objects';

/** What `role` may not do and we have to: `what` names it as Postgres does, `grant` is the statement that mends it. */
export interface MissingPrivilege {
  role: string;
  what: string;
  grant: string;
}

/** Written once and never changed: a careful operator grants no more. All others are written, changed and deleted from. */
const appendOnly = ['audit', 'consent', 'outcome'];
const readOnly = ['migration'];

/** Those that our statements name, each with what they do there. */
const sequences = { digest_sequence: ['USAGE'], lease_serial: ['USAGE', 'SELECT'], signup_request_id_seq: ['USAGE'] };

/**
 * Asks Postgres itself, so that a role of few rights is refused by name and not in mid-send. `besides` are schemas of others that we use whole.
 * Tables that are not there yet are the migrations' fault, and what else stands in our schema is nobody's.
 */
export async function missingPrivileges(db: Db, besides: readonly string[] = []): Promise<MissingPrivilege[]> {
  const { rows } = await sql<{ role: string; schema: string | null }>`
    SELECT quote_ident(current_user) AS role, quote_ident(current_schema()) AS schema`.execute(db);
  const { role, schema } = rows[0] as { role: string; schema: string | null };
  if (schema === null) return [{ role, what: 'USAGE on the schema public', grant: `GRANT USAGE ON SCHEMA public TO ${role}` }];
  const groups = await Promise.all([
    onSchemas(db, besides),
    onTables(db, besides),
    onSequences(db),
    onFunctions(db, besides),
    onPartitions(db),
  ]);
  return groups.flat().map(({ what, grant }) => ({ role, what, grant: `${grant} TO ${role}` }));
}

type Missing = Omit<MissingPrivilege, 'role'>;

async function onSchemas(db: Db, schemas: readonly string[]): Promise<Missing[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT nspname AS name FROM pg_namespace WHERE nspname = ANY(${[...schemas]}) AND NOT has_schema_privilege(oid, 'USAGE')`.execute(db);
  return rows.map(({ name }) => ({ what: `USAGE on the schema ${name}`, grant: `GRANT USAGE ON SCHEMA ${name}` }));
}

/** A partition is written through its parent. */
async function onTables(db: Db, besides: readonly string[]): Promise<Missing[]> {
  const { rows } = await sql<{ name: string; privileges: string[] }>`
    SELECT relation.oid::regclass::text AS name, array_agg(privilege ORDER BY place) AS privileges
    FROM pg_class AS relation
    CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) WITH ORDINALITY AS wanted (privilege, place)
    WHERE relkind IN ('r', 'p') AND NOT relispartition
      AND (relnamespace = current_schema()::regnamespace AND relname = ANY(${ownObjects().tables}) OR relnamespace::regnamespace::text = ANY(${[...besides]}))
      AND NOT (relname = ANY(${readOnly}) AND privilege <> 'SELECT')
      AND NOT (relname = ANY(${appendOnly}) AND privilege IN ('UPDATE', 'DELETE'))
      AND NOT has_table_privilege(relation.oid, privilege)
    GROUP BY relation.oid ORDER BY 1`.execute(db);
  return rows.map(({ name, privileges }) => {
    const list = privileges.join(', ');
    return { what: `${list} on ${name}`, grant: `GRANT ${list} ON ${name}` };
  });
}

/** An identity column draws from its own without any right; a statement that does so by name needs one. */
async function onSequences(db: Db): Promise<Missing[]> {
  const { rows } = await sql<{ name: string; privileges: string[] }>`
    SELECT relation.oid::regclass::text AS name, array_agg(privilege ORDER BY place) AS privileges
    FROM json_each(${JSON.stringify(sequences)}::json) AS ours (name, privileges)
    JOIN pg_class AS relation ON relname = ours.name AND relkind = 'S' AND relnamespace = current_schema()::regnamespace
    CROSS JOIN json_array_elements_text(ours.privileges) WITH ORDINALITY AS wanted (privilege, place)
    WHERE NOT has_sequence_privilege(relation.oid, privilege)
    GROUP BY relation.oid ORDER BY 1`.execute(db);
  return rows.map(({ name, privileges }) => {
    const list = privileges.join(', ');
    return { what: `${list} on the sequence ${name}`, grant: `GRANT ${list} ON SEQUENCE ${name}` };
  });
}

/** A trigger's function is run by its table. */
async function onFunctions(db: Db, besides: readonly string[]): Promise<Missing[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT oid::regprocedure::text AS name FROM pg_proc
    WHERE prorettype <> 'trigger'::regtype
      AND (pronamespace = current_schema()::regnamespace AND proname = ANY(${ownObjects().functions}) OR pronamespace::regnamespace::text = ANY(${[...besides]}))
      AND NOT has_function_privilege(oid, 'EXECUTE')
    ORDER BY 1`.execute(db);
  return rows.map(({ name }) => ({ what: `EXECUTE on ${name}`, grant: `GRANT EXECUTE ON FUNCTION ${name}` }));
}

/** Each month's digests get partitions of their own: who attaches and drops them must own the ledger's tables. */
async function onPartitions(db: Db): Promise<Missing[]> {
  const { rows } = await sql<{ schema: string; mayCreate: boolean; owners: string[] }>`
    SELECT current_schema() AS schema, has_schema_privilege(current_schema(), 'CREATE') AS "mayCreate", ARRAY(
      SELECT DISTINCT relowner::regrole::text FROM pg_class
      WHERE oid IN (to_regclass('delivery'), to_regclass('outcome')) AND NOT pg_has_role(relowner, 'USAGE')
    ) AS owners`.execute(db);
  return rows.flatMap(({ schema, mayCreate, owners }) => [
    ...(mayCreate
      ? []
      : [{ what: `CREATE on the schema ${schema}, for the ledger's partitions`, grant: `GRANT CREATE ON SCHEMA ${schema}` }]),
    ...owners.map((owner) => ({ what: `being ${owner}, who owns the ledger, for its partitions`, grant: `GRANT ${owner}` })),
  ]);
}
