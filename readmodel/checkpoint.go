package readmodel

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A checkpoint says up to where a generation of the tables has taken in the log.
type checkpoint struct {
	generation int
	serving    bool
	position   int64
}

// A stretch is a part of the log, decoded.
type stretch struct {
	facts    []located
	position int64   // where it ends
	unread   []error // what could not be decoded
}

// A located fact is one with its place in the log.
type located struct {
	dcb.Fact
	position int64
	listed   bool // whether lists show the course or student that it begins
}

// locate decodes an event. Its fact is nil if the domain does not know the type.
func locate(e dcb.Event) (located, error) {
	fact, err := courses.Decode(e.Type, e.Data)
	if err != nil || fact == nil {
		return located{}, err
	}
	return located{fact, e.Position, listed(e, fact)}, nil
}

// decode makes a stretch of what a tail yields. Events of types that the domain does
// not know are left out. So are those whose data it can't make sense of: the log
// never changes, so to wait for a better answer would be to show nothing new for good.
func decode(progress dcb.Progress) stretch {
	s := stretch{position: progress.Position}
	for _, e := range progress.Events {
		fact, err := locate(e)
		switch {
		case err != nil:
			s.unread = append(s.unread, fmt.Errorf("position %d: %w", e.Position, err))
		case fact.Fact != nil:
			s.facts = append(s.facts, fact)
		}
	}
	return s
}

// errOvertaken is matched when a checkpoint is not where its writer left it: another
// one has gone on from there, or the generation no longer serves.
var errOvertaken = errors.New("somebody else has gone on from this checkpoint")

const moveOn = `update read_generation set position = $4 where generation = $1 and serving = $2 and position = $3`

// advance takes a stretch of the log into the tables and moves the checkpoint to its
// end, or does neither: its error matches errOvertaken if the checkpoint has moved.
//
// The checkpoint is moved first. That locks it, so whoever else would go on from the
// same one waits until the transaction is over, and then finds that it has moved. And
// what is loaded afterwards is what the writer before has left, which takes read
// committed: the snapshot of another level could be older than the wait for the lock.
func (c checkpoint) advance(ctx context.Context, tx pgx.Tx, s stretch) (checkpoint, error) {
	moved, err := tx.Exec(ctx, moveOn, c.generation, c.serving, c.position, s.position)
	if err != nil {
		return c, err
	}
	if moved.RowsAffected() == 0 {
		return c, errOvertaken
	}
	c.position = s.position
	if len(s.facts) == 0 {
		return c, nil
	}
	before, err := load(ctx, tx, c.generation, s.facts)
	if err != nil {
		return c, fmt.Errorf("load what changes: %w", err)
	}
	after := before.clone()
	for _, fact := range s.facts {
		after.apply(fact)
	}
	if err := save(ctx, tx, c.generation, before, after); err != nil {
		return c, fmt.Errorf("save what changed: %w", err)
	}
	return c, nil
}
