-- Keeps the receipt $3 with the id $1 of a decision that ended at $2, and puts it on each
-- of the lists $4 as each of the kinds $5. It is one statement, so a receipt that is kept
-- is on its lists.
with kept as (
    insert into decision_receipt (id, decided_at, receipt)
    values ($1, $2, $3)
)
insert into decision_receipt_listing (list, kind, decided_at, id)
select list, kind, $2, $1
from unnest($4::text[]) as list
cross join unnest($5::text[]) as kind
