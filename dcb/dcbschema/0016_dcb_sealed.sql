-- The keys of sealed texts. See package dcb/sealed. The log itself does not need this table.

-- +goose up

-- dcb_subject_key has a row for every subject of which something was ever sealed.
create table dcb_subject_key (
    -- The tag of the subject.
    subject      text        collate "C" primary key check (subject <> ''),

    -- 32 random bytes, or null once they are forgotten. The row stays then: a subject that
    -- is forgotten gets no new key, and is told apart from one whose key is lost.
    key          bytea       check (octet_length(key) = 32),
    forgotten_at timestamptz,
    constraint dcb_subject_key_is_there_or_forgotten check ((key is null) = (forgotten_at is not null))
);
