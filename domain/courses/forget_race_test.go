package courses_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	. "go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
)

// Sixty students are forgotten, while each of them asks for a seat, another place on a
// waitlist, and a new name: all at once, from two stores.
func TestStudentsAreForgottenWhileTheyAct(t *testing.T) {
	t.Parallel()
	const students = 60
	url := pgtest.URL(t)
	var logs []*dcb.Store
	var allKeys []*sealed.Keys
	for range 2 {
		pool, err := pgxpool.New(t.Context(), url)
		require.NoError(t, err)
		t.Cleanup(pool.Close)
		log := openLog(t, pool)
		logs, allKeys = append(logs, log), append(allKeys, sealed.NewKeys(pool, log))
	}
	ctx, log, keys := t.Context(), logs[0], allKeys[0]
	require.NoError(t, DefineCourse{Course: "algebra", Title: "Algebra", Capacity: students}.Decide(ctx, log))
	for i := range students {
		id := numbered("student", i)
		name, err := SealName(ctx, keys, id, fmt.Sprint("Name ", i))
		require.NoError(t, err)
		require.NoError(t, RegisterStudent{Student: id, Name: name}.Decide(ctx, log))
	}

	type outcome struct{ forgotten, seated, renamed error }
	outcomes := make([]outcome, students)
	start := make(chan struct{})
	var racers sync.WaitGroup
	race := func(err *error, do func() error) {
		racers.Go(func() {
			<-start
			*err = do()
		})
	}
	for i := range students {
		id, o := numbered("student", i), &outcomes[i]
		here, there := i%2, 1-i%2
		race(&o.forgotten, func() error {
			return allKeys[here].Forget(ctx, id.Tag(), ForgetStudent{Student: id})
		})
		race(&o.seated, func() error { return SubscribeStudent{Student: id, Course: "algebra"}.Decide(ctx, logs[there]) })
		race(&o.renamed, func() error {
			name, err := SealName(ctx, allKeys[there], id, fmt.Sprint("New name ", i))
			if err != nil {
				return err
			}
			return RenameStudent{Student: id, NewName: name}.Decide(ctx, logs[there])
		})
	}
	close(start)
	racers.Wait()

	for i, o := range outcomes {
		id := numbered("student", i)
		events, _, err := log.ReadSince(ctx, dcb.NewQuery(dcb.Tags{id.Tag()}), dcb.Checkpoint{})
		require.NoError(t, err)
		last := events[len(events)-1].Type
		if o.forgotten == nil {
			assert.Equal(t, "StudentForgotten", last, "of %s", id)
			assert.Equal(t, ErrNoSuchStudent, o.seated)
			assert.Contains(t, []error{nil, ErrNoSuchStudent}, o.renamed)
		} else {
			assert.Equal(t, ErrStillSubscribed, o.forgotten)
			assert.NoError(t, o.seated)
			assert.NoError(t, o.renamed)
		}
		wantErr := map[bool]error{true: sealed.ErrForgotten}[o.forgotten == nil]
		for _, name := range namesIn(t, events) {
			_, err := opened(ctx, t, keys, name)
			assert.ErrorIs(t, err, wantErr, "%s of %s", name, id)
		}
	}
}

// namesIn returns all names that events say of a student.
func namesIn(t *testing.T, events []dcb.Event) (names []sealed.Text) {
	for _, e := range events {
		fact, err := Decode(e.Type, e.Data)
		require.NoError(t, err)
		switch fact := fact.(type) {
		case StudentRegistered:
			names = append(names, fact.Name)
		case StudentRenamed:
			names = append(names, fact.NewName)
		}
	}
	return names
}

func opened(ctx context.Context, t *testing.T, keys *sealed.Keys, name sealed.Text) (string, error) {
	ring, err := keys.Ring(ctx, []dcb.Tag{name.Subject()})
	require.NoError(t, err)
	return ring.Open(name)
}
