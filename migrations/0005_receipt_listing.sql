-- Lists of receipts: all of them, those about a course or a student, those that met a
-- conflict. A page of any list is read from one end of one index, however many receipts
-- there are and however few are on it.

-- +goose up

-- decision_receipt_listing has a row for every list that a receipt is on, and there for
-- every kind that it is of. It is written with the receipt, and never changed.
create table decision_receipt_listing (
    -- 'all', 'but races', or 'tag ' and a tag of what the decision was about.
    list       text        not null,
    kind       text        not null check (kind in ('any', 'conflicted', 'refused', 'lost')),
    decided_at timestamptz not null,
    id         text        not null,
    -- Lists are read from their end, and pages of them in either direction: a B-tree goes
    -- both ways as long as decided_at and id go the same way.
    primary key (list, kind, decided_at, id)
);

-- The receipts that were kept before. What others wrote into the log may have a NUL in a
-- text, which json takes, and which can't be asked for anything; nothing here is in it.
insert into decision_receipt_listing (list, kind, decided_at, id)
select lists.list, kinds.kind, kept.decided_at, kept.id
from (
    select id, decided_at, readable as receipt, readable -> 'attempts' -> -1 as last
    from decision_receipt
    cross join lateral (
        select case
            when strpos(receipt::text, '\u0000') = 0 then receipt
            -- but not in \\u0000, which is a backslash and five characters
            else regexp_replace(receipt::text, '(?<!\\)((?:\\\\)*)\\u0000', '\1', 'g')::json
        end as readable
    ) as without_nul
) as kept
cross join lateral (
    select 'all' as list
    union
    select 'but races'
    where receipt ->> 'correlation_id' !~ '^race-[a-z2-7]{10}$'
    union
    select 'tag ' || tag
    from (
        -- what the first attempt looked at, where the boundary went, what was to be appended
        select item -> 'tags' as tags
        from json_array_elements(case json_typeof(receipt -> 'boundary') when 'array' then receipt -> 'boundary' end) as item
        union all
        select item -> 'tags'
        from json_array_elements(receipt -> 'attempts') as attempt
        cross join json_array_elements(case json_typeof(attempt -> 'moved') when 'object' then attempt -> 'moved' -> 'boundary' end) as item
        union all
        select event -> 'tags'
        from json_array_elements(case json_typeof(last -> 'wanted') when 'array' then last -> 'wanted' end) as event
    ) as about
    cross join json_array_elements_text(case json_typeof(tags) when 'array' then tags end) as tag
    where tag not like 'request:%'
) as lists
cross join lateral (
    select 'any' as kind
    union all
    select 'conflicted'
    where exists (
        select from json_array_elements(receipt -> 'attempts') as attempt
        where json_typeof(attempt -> 'conflict') = 'object'
    )
    union all
    select 'refused'
    where last ->> 'refusal' <> ''
    union all
    select 'lost'
    where json_typeof(last -> 'conflict') = 'object'
) as kinds;

-- It found the latest of all, and its order was not that of any list.
drop index decision_receipt_decided_at;
