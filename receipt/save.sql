-- Keeps the receipt $2 with the id $1, and puts it on each of the lists $3 as each of the
-- kinds $4. It is one statement, so a receipt that is kept is on its lists. Lists are in the
-- order in which receipts are kept, by the clock of the database: those of the processes
-- may differ.
with kept as (
    insert into decision_receipt (id, decided_at, receipt)
    values ($1, statement_timestamp(), $2)
)
insert into decision_receipt_listing (list, kind, decided_at, id)
select list, kind, statement_timestamp(), $1
from unnest($3::text[]) as list
cross join unnest($4::text[]) as kind
