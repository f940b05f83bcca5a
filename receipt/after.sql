-- Returns the earliest $4 receipts that were kept after the receipt $3. They are of the kind
-- $2 and in the list $1, and in the list $5, too, unless that is empty. The earliest comes
-- first.
select kept.receipt
from decision_receipt_listing as listed
join decision_receipt as kept using (id)
where listed.list = $1
    and listed.kind = $2
    and (listed.decided_at, listed.id) > (select decided_at, id from decision_receipt where id = $3)
    and ($5 = '' or exists (
        select from decision_receipt_listing as other
        where (other.list, other.kind, other.decided_at, other.id) = ($5, listed.kind, listed.decided_at, listed.id)
    ))
order by listed.decided_at, listed.id
limit $4
