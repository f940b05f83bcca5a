package courses_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	. "go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
)

// Sixty students are forgotten, while each of them asks for a seat and for a new name: all
// at once, from two stores.
func TestStudentsAreForgottenWhileTheyAct(t *testing.T) {
	t.Parallel()
	const students = 60
	url := pgtest.URL(t)
	offices := [2]office{openOffice(t, url), openOffice(t, url)}
	ctx, log, keys := t.Context(), offices[0].log, offices[0].keys
	require.NoError(t, DefineCourse{Course: "algebra", Title: "Algebra", Capacity: students}.Decide(ctx, log))
	for i := range students {
		id := numbered("student", i)
		name, err := SealName(ctx, keys, id, fmt.Sprint("Name ", i))
		require.NoError(t, err)
		require.NoError(t, RegisterStudent{Student: id, Name: name}.Decide(ctx, log))
	}

	became := make([]outcomes, students)
	start := make(chan struct{})
	var racers sync.WaitGroup
	race := func(err *error, do func() error) {
		racers.Go(func() {
			<-start
			*err = do()
		})
	}
	for i := range students {
		id, o := numbered("student", i), &became[i]
		here, there := offices[i%2], offices[1-i%2]
		race(&o.forgotten, func() error { return here.keys.Forget(ctx, id.Tag(), ForgetStudent{Student: id}) })
		race(&o.seated, func() error { return SubscribeStudent{Student: id, Course: "algebra"}.Decide(ctx, there.log) })
		race(&o.renamed, func() error { return there.rename(ctx, id, fmt.Sprint("New name ", i)) })
	}
	close(start)
	racers.Wait()

	for i, o := range became {
		id := numbered("student", i)
		events, _, err := log.ReadSince(ctx, dcb.NewQuery(dcb.Tags{id.Tag()}), dcb.Checkpoint{})
		require.NoError(t, err)
		o.check(t, events)
		wantErr := map[bool]error{true: sealed.ErrForgotten}[o.forgotten == nil]
		for _, name := range namesIn(t, events) {
			_, err := opened(ctx, t, keys, name)
			assert.ErrorIs(t, err, wantErr, "%s of %s", name, id)
		}
	}
}

// An office is a store with its keys.
type office struct {
	log  *dcb.Store
	keys *sealed.Keys
}

func openOffice(t *testing.T, url string) office {
	pool := connect(t, url)
	log := openLog(t, pool)
	return office{log, sealed.NewKeys(pool, log)}
}

func (o office) rename(ctx context.Context, student StudentID, to string) error {
	name, err := SealName(ctx, o.keys, student, to)
	if err != nil {
		return err
	}
	return RenameStudent{Student: student, NewName: name}.Decide(ctx, o.log)
}

// outcomes are those of the three commands about one student.
type outcomes struct{ forgotten, seated, renamed error }

// check requires that the student was forgotten last, or was not because of the seat.
func (o outcomes) check(t *testing.T, events []dcb.Event) {
	last := events[len(events)-1]
	if o.forgotten == nil {
		assert.Equal(t, "StudentForgotten", last.Type, "of %v", last.Tags)
		assert.Equal(t, ErrNoSuchStudent, o.seated)
		assert.Contains(t, []error{nil, ErrNoSuchStudent}, o.renamed)
	} else {
		assert.Equal(t, ErrStillSubscribed, o.forgotten)
		assert.NoError(t, o.seated)
		assert.NoError(t, o.renamed)
	}
}

// namesIn returns all names that a student has in the events.
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
