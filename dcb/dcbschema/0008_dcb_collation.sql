-- Tags and types are found by their bytes. Under another collation than "C" an index is in
-- the order of a library of the operating system, and a new version of that library (the
-- same data in a newer image) may have another order. Then the index no longer finds what
-- is stored, and an append's condition passes that must not.
--
-- This builds the indexes on these columns anew, and nobody can append meanwhile: on a log
-- of a million events it takes seconds.

-- +goose up

alter table dcb_event
    alter column type type text collate "C";

alter table dcb_event_tag
    alter column tag  type text collate "C",
    alter column type type text collate "C";
