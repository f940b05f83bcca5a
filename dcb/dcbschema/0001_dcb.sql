-- The event log and its tag index.

-- +goose up

-- dcb_event is the log: one row per event, never updated, never deleted.
create table dcb_event (
    -- The event's place in the log: 1, 2, 3 ... without a gap, in the order in
    -- which transactions committed. A sequence could promise neither: it hands
    -- out numbers that a rollback loses, and a lower number may commit after a
    -- higher one, behind the back of a reader that has already gone past it.
    -- Appends take max(position) + 1 instead, which is safe because they hold
    -- the append lock until they have committed (see dcb/append.go).
    position       bigint      primary key check (position > 0),

    -- The event's identity. It is chosen before the append is sent, so that
    -- whoever lost the connection can ask later whether the event was stored.
    id             uuid        not null constraint dcb_event_id_is_unique unique,

    type           text        not null check (type <> ''),

    -- The tags as they were given. Readers take them from here; nothing ever
    -- searches this column (dcb_event_tag does that).
    tags           text[]      not null,

    -- json keeps the bytes as they were written, and parsing them once is
    -- enough. jsonb would be slower to store and to return, and would only help
    -- to search inside events, which a consistency boundary never does.
    data           json        not null,

    -- Which event this one follows from, and which request it belongs to.
    causation_id   text,
    correlation_id text,

    -- For people. Order is what position is for.
    recorded_at    timestamptz not null default clock_timestamp()
);

-- Finds the events of a type, for queries that name types but no tags.
create index dcb_event_type_position on dcb_event (type, position);

-- dcb_event_tag has one row per event and tag. It is a table, and not a GIN index
-- over dcb_event.tags, because of its worst case: "is there an event with this
-- tag after position n" is one descent of a B-tree, however many events carry
-- the tag, and that question is asked while the append lock is held.
create table dcb_event_tag (
    tag      text   not null check (tag <> ''),
    position bigint not null,
    type     text   not null,
    -- The primary key finds the events of a tag in log order.
    constraint dcb_event_tag_is_unique primary key (tag, position) include (type)
);

-- Tables that only grow give autovacuum nothing to clean, so by default it comes
-- late: after a fifth of the table is new. Index-only scans need its visibility
-- map and the planner its statistics, so ask for a visit every 2 % of growth.
alter table dcb_event set (
    autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_analyze_scale_factor = 0.02
);
alter table dcb_event_tag set (
    autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_analyze_scale_factor = 0.02
);
