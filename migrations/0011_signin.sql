-- Who is signed in as the registrar. See package signin.

-- +goose up

-- signin has a row for each browser that is signed in. Signing out removes it, and then no
-- copy of the browser's cookie is of use any more, in any process.
create table signin (
    secret_hash bytea       primary key, -- SHA-256: whoever reads the table can't sign in with it
    ends_at     timestamptz not null     -- by the clock of this server
);
