-- The places of consumers: how far each has come in the log, and which events it could not
-- handle. Only Store.Follow and what belongs to it need these tables; the log does without.

-- +goose up

-- dcb_consumer has a row for each consumer that has a name.
create table dcb_consumer (
    name        text        collate "C" primary key check (name <> ''),

    -- The place: everything up to this event is handled. It moves in the transaction that has
    -- the effects, first of all, and only from the place that its process has seen. So of two
    -- processes that would handle the same events, the second waits for this row, finds
    -- another place, and does nothing. Without an event, the place is the beginning of the log.
    position    bigint      not null default 0 check (position >= 0),
    event_id    uuid,
    recorded_at timestamptz,

    -- Which process is active, and until when the others leave it the work. That only saves
    -- work: the place is what keeps two of them apart. It is no lock of a session, because
    -- behind a pooler sessions are shared.
    holder      text        not null default '', -- host, process and a random part
    until       timestamptz not null default '-infinity',

    constraint dcb_consumer_place_names_its_event
        check ((position > 0) = (event_id is not null) and (event_id is null) = (recorded_at is null))
);

-- dcb_parked has the events that a consumer went past, because they could not be handled.
create table dcb_parked (
    consumer    text        collate "C" not null references dcb_consumer (name) on delete cascade,
    position    bigint      not null,
    event_id    uuid        not null,
    recorded_at timestamptz not null,
    tries       integer     not null, -- before it was parked
    error       text        not null, -- of the last of them
    parked_at   timestamptz not null default clock_timestamp(),
    primary key (consumer, position)
);
