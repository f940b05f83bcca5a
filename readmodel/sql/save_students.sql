-- Inserts or updates rows of read_student in generation $1. A student is registered once,
-- so registered_at and listed never change.
insert into read_student (generation, id, name, folded, courses_taken, registered_at, changed_at, listed, sealed, forgotten)
select $1, student.*
from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::boolean[], $9::text[], $10::boolean[]) as student
on conflict (generation, id) do update
set name = excluded.name,
    folded = excluded.folded,
    courses_taken = excluded.courses_taken,
    changed_at = excluded.changed_at,
    sealed = excluded.sealed,
    forgotten = excluded.forgotten
