package race

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/domain/courses"
	"go-crablet/workshop/proof"
)

const contenders = 16

// A broken log drops the condition of every append. One student reads late, when all others have
// decided, and somebody has appended if nothing holds the append up.
type broken struct {
	dcb.Log
	reads, decisions atomic.Int64
	decided          chan struct{} // by all others
	appended         chan struct{} // by somebody
	hasAppended      func()
}

func newBroken(log dcb.Log) *broken {
	b := &broken{Log: log, decided: make(chan struct{}), appended: make(chan struct{})}
	b.hasAppended = sync.OnceFunc(func() { close(b.appended) })
	return b
}

// countDecision counts the decisions of the race. It runs before the hooks of the race itself.
func (l *broken) countDecision(dcb.TraceDecided) {
	if l.decisions.Add(1) == contenders-1 {
		close(l.decided)
	}
}

func (l *broken) ReadSince(ctx context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	if l.reads.Add(1) == contenders {
		<-l.decided
		select {
		case <-l.appended:
		case <-time.After(100 * time.Millisecond): // nobody appends, so the race does hold the append up
		}
	}
	return l.Log.ReadSince(ctx, query, after)
}

func (l *broken) AppendAfter(ctx context.Context, events []dcb.InputEvent, _ dcb.Query, known dcb.Checkpoint) (int64, error) {
	defer l.hasAppended()
	return l.Log.AppendAfter(ctx, events, dcb.Query{}, known)
}

// races runs three races for one seat, each on a new log.
func races(t *testing.T, race func(log dcb.Log, students []courses.StudentID) int) (seated [3]int) {
	t.Helper()
	for i := range seated {
		log := &dcbtest.Memory{}
		proof.Happen(t, log, courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 1})
		var students []courses.StudentID
		for n := range contenders {
			id := courses.StudentID(fmt.Sprint("student-", n+1))
			proof.Happen(t, log, courses.StudentRegistered{Student: id, Name: "Student"})
			students = append(students, id)
		}
		seated[i] = race(log, students)
	}
	return seated
}

func TestABrokenLogIsFoundOutEachTime(t *testing.T) {
	seated := races(t, func(log dcb.Log, students []courses.StudentID) int {
		b := newBroken(log)
		ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Decided: b.countDecision})
		return Seated(ctx, b, "algebra", students)
	})
	if seated != [3]int{contenders, contenders, contenders} {
		t.Errorf("This log drops the condition of every append, so all 16 students can get the one seat. Your three races seated %v. "+
			"A student who reads late sees that the seat is taken, so the race finds the mistake only by luck.", seated)
	}
}

func TestACorrectLogIsNotBlamed(t *testing.T) {
	seated := races(t, func(log dcb.Log, students []courses.StudentID) int {
		return Seated(t.Context(), log, "algebra", students)
	})
	if seated != [3]int{1, 1, 1} {
		t.Errorf("This log is correct, so one student of 16 gets the seat. Your three races seated %v.", seated)
	}
}
