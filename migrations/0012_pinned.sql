-- Receipts and runs that are to be kept for good: the others have a greatest age and number.

-- +goose up

alter table decision_receipt add column pinned boolean not null default false;
create index decision_receipt_pinned on decision_receipt (id) where pinned;

alter table lab_run add column pinned boolean not null default false;
