-- What is known of an event beside what happened: who asked for it, in which trace. It is
-- an object of texts, or null. No query looks at it.
--
-- The column has no default, so this changes no row and takes no time.

-- +goose up

alter table dcb_event
    add column metadata json;
