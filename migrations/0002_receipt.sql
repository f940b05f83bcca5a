-- Receipts of decisions, for people to look at. No rule reads them.

-- +goose up

create table decision_receipt (
    -- Short, random, and part of a link that people send each other.
    id         text        primary key,
    decided_at timestamptz not null,
    -- The whole receipt; see package receipt. Pages show it as it is.
    receipt    json        not null
);

-- Finds the latest.
create index decision_receipt_decided_at on decision_receipt (decided_at desc, id);
