-- What an event tells of the append that stored it, and how large it is.
--
-- The columns have no default, so this changes no row and takes no time. Events that
-- were stored before have null in both.

-- +goose up

alter table dcb_event
    -- How many events of the same append stand right behind this one: 0 for the last.
    -- So an append that is sent again can be told from a part of one.
    add column append_rest smallint check (append_rest >= 0),

    -- Bytes of the tags and the data together, as they were given. PostgreSQL may keep
    -- them compressed, and reads have to know how much memory they will take.
    add column bytes       integer  check (bytes >= 0);
