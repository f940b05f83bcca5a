-- Which processes live, and what a process carries out that others want to see. See packages
-- standing and underway.

-- +goose up

-- process has a row for each process that serves the application. The process writes into it every
-- few seconds, and removes it when it ends. The sessions of the server (pg_stat_activity) would
-- not do: behind a pooler they are the pooler's, and several processes share them.
create table process (
    name       text        collate "C" primary key check (name <> ''), -- host, process and a random part
    address    text        not null, -- where it listens
    version    text        not null,
    started_at timestamptz not null default clock_timestamp(),
    seen_at    timestamptz not null default clock_timestamp(),

    -- What it said when it was seen last.
    waiting    double precision not null default 0, -- how many seconds its oldest append has been waiting
    viewers    integer     not null default 0,      -- how many pages it tells of news
    told       bigint      not null default 0       -- the position up to which it has told them; 0 if nobody looks
);

-- lag_sample says how many events pages were behind the log, now and then. A sample stands for the
-- two seconds that begin with it: whichever process comes first writes it, and another may only
-- raise it. Nobody can tell later how late the pages were.
create table lag_sample (
    at  timestamptz primary key,
    lag bigint      not null check (lag >= 0)
);

-- under_way has a row for each race and each held decision that a process carries out. Only that
-- process changes the row, except for the wish. A process that is killed leaves its rows behind:
-- they have then not been seen for some seconds. Rows are removed some minutes later.
create table under_way (
    id      text        collate "C" primary key check (id <> ''),
    kind    text        not null check (kind in ('race', 'held')),
    seen_at timestamptz not null default clock_timestamp(),
    over    boolean     not null default false, -- it has ended, and the record says how

    -- What pages of other processes show, as the kind has it, and how often that changed.
    record  json        not null,
    version bigint      not null default 1,

    -- What a visitor asked another process for, and this process has to do; or null.
    wish    json
);
