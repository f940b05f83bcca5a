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

// A broken log drops the condition of every append.
type broken struct {
	dcb.Log
	reads    atomic.Int64
	appended chan struct{}
	told     func()
}

// The last student is slow and reads late, as a student behind a slow line does. Nobody waits
// for that one forever.
func (l *broken) ReadSince(ctx context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	if l.reads.Add(1) == contenders {
		select {
		case <-l.appended:
		case <-time.After(200 * time.Millisecond):
		}
	}
	return l.Log.ReadSince(ctx, query, after)
}

func (l *broken) AppendAfter(ctx context.Context, events []dcb.InputEvent, _ dcb.Query, known dcb.Checkpoint) (int64, error) {
	defer l.told()
	return l.Log.AppendAfter(ctx, events, dcb.Query{}, known)
}

// races runs three races for one seat, each on a new log.
func races(t *testing.T, wrap func(dcb.Log) dcb.Log) (seated [3]int) {
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
		seated[i] = Seated(t.Context(), wrap(log), "algebra", students)
	}
	return seated
}

func TestABrokenLogIsFoundOutEachTime(t *testing.T) {
	seated := races(t, func(log dcb.Log) dcb.Log {
		appended := make(chan struct{})
		return &broken{Log: log, appended: appended, told: sync.OnceFunc(func() { close(appended) })}
	})
	if seated != [3]int{contenders, contenders, contenders} {
		t.Errorf("This log drops the condition of every append, so all 16 students can get the one seat. Your three races seated %v. "+
			"A student who reads late sees that the seat is taken, so the race finds the mistake only by luck.", seated)
	}
}

func TestACorrectLogIsNotBlamed(t *testing.T) {
	seated := races(t, func(log dcb.Log) dcb.Log { return log })
	if seated != [3]int{1, 1, 1} {
		t.Errorf("This log is correct, so one student of 16 gets the seat. Your three races seated %v.", seated)
	}
}
