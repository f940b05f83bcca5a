-- The checkpoint of a generation also says which event stands at its position. A position
-- alone does not tell that the log is still the one that the rows were made of: after a
-- restore, or a failover to a standby that had not got everything, it is given again.

-- +goose up

alter table read_generation
    -- Null at the beginning of the log.
    add column event_id    uuid,
    add column recorded_at timestamptz;

update read_generation as g
set event_id = e.id, recorded_at = e.recorded_at
from dcb_event as e
where e.position = g.position;
