// Package race is the seventh step: a race that finds a mistake each time, and not by luck.
package race

import (
	"context"
	"sync"
	"sync/atomic"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// Seated lets students ask for a seat in a course at the same time, and returns how many got one.
func Seated(ctx context.Context, log dcb.Log, course courses.CourseID, students []courses.StudentID) int {
	var seated atomic.Int64
	var racers, decided sync.WaitGroup
	decided.Add(len(students))
	for _, student := range students {
		racers.Go(func() {
			cmd := courses.SubscribeStudent{Student: student, Course: course}
			//workshop:write let nobody append before all students have decided
			meet := sync.OnceFunc(func() {
				decided.Done()
				decided.Wait()
			})
			traced := dcb.WithTrace(ctx, &dcb.Trace{Decided: func(dcb.TraceDecided) { meet() }})
			err := cmd.Decide(traced, log)
			//workshop:instead
			// decided.Done()
			// err := cmd.Decide(ctx, log)
			//workshop:end
			if err == nil {
				seated.Add(1)
			}
		})
	}
	racers.Wait()
	return int(seated.Load())
}
