-- Keeps receipts, and enters each in its lists, once for each of its kinds.
--
--   $1, $2      the ids of the receipts, and the receipts
--   $3, $4, $5  the entries: the number of the receipt, the list, and the kind
--
-- This is one statement, so a receipt that is kept is in its lists. Lists are in the order in
-- which receipts are kept, by the clock of the database: the clocks of processes may differ.
with given as (
    select id, receipt, n, statement_timestamp() + (n - 1) * interval '1 microsecond' as decided_at
    from unnest($1::text[], $2::text[]) with ordinality as receipts (id, receipt, n)
),
kept as (
    insert into decision_receipt (id, decided_at, receipt)
    select id, decided_at, receipt::json
    from given
)
insert into decision_receipt_listing (list, kind, decided_at, id)
select entry.list, entry.kind, given.decided_at, given.id
from unnest($3::int[], $4::text[], $5::text[]) as entry (n, list, kind)
join given using (n)
