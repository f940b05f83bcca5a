-- Races and comparisons of strategies that were run, for people to look at again. See
-- package lab. No rule reads them.

-- +goose up

create table lab_run (
    -- Short, random, and part of a link that people send each other.
    id         text        primary key,
    kind       text        not null check (kind in ('race', 'comparison')),
    started_at timestamptz not null,
    -- What a list of runs shows, so that it need not read what is large.
    summary    json        not null,
    -- The whole run, step by step. Pages replay it as it is.
    record     json        not null
);

-- Finds the latest of a kind, and those that are too many.
create index lab_run_started_at on lab_run (kind, started_at desc, id);
