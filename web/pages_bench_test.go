package web_test

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/bigterm"
	"go-crablet/internal/pgtest"
	"go-crablet/readmodel"
)

// BenchmarkPages measures how long pages take, and how large they are, with 10,000
// courses, 100,000 students and a million events:
//
//	go test -run '^$' -bench Pages -benchtime 200x ./web
func BenchmarkPages(b *testing.B) {
	app := newLargeApp(b)
	fullest := "/courses/" + string(bigterm.Fullest)
	for _, page := range []struct{ name, path string }{
		{"catalogue", "/"},
		{"catalogue-in-the-middle", "/?courses=after.5000"},
		{"catalogue-search", "/?find=typo"},
		{"catalogue-search-for-nothing", "/?find=no+such+course"},
		{"course", "/courses/course-4711"},
		{"course-with-10000-seats", fullest},
		{"course-with-10000-seats-in-the-middle", fullest + "?seats=after.500000"},
		{"course-search-for-a-student", fullest + "?find=student-99999"},
		{"student", "/students/student-4711"},
		{"students", "/students"},
		{"students-in-the-middle", "/students?students=after.60000"},
		{"students-search", "/students?find=zoe"},
		{"students-search-for-nothing", "/students?find=nobody+at+all"},
		{"lens", "/courses/course-4711/boundary"},
		{"lens-by-tag", "/courses/course-4711/boundary?by=tag"},
		{"lens-with-10000-seats", fullest + "/boundary"},
		{"decisions", "/decisions"},
		{"log", "/log"},
		{"log-in-the-middle", "/log?log=before.500000"},
		{"log-of-rare-types", "/log?type=CourseArchived&type=StudentLeftWaitlist"},
		{"log-of-common-types", "/log?type=StudentSubscribedToCourse&type=StudentUnsubscribedFromCourse&log=before.600000"},
		{"log-of-a-course", "/log?tags=course_id:course-4711"},
		{"log-of-a-student-in-a-large-course", "/log?tags=course_id:course-1+student_id:student-4711"},
		{"event", "/log/500000"},
		{"catalogue-as-of", "/?as_of=500000"},
		{"catalogue-in-the-middle-as-of", "/?courses=after.5000&as_of=500000"},
		{"catalogue-search-as-of", "/?find=typo&as_of=500000"},
		{"catalogue-search-for-nothing-as-of", "/?find=no+such+course&as_of=500000"},
		{"course-as-of", "/courses/course-4711?as_of=500000"},
		{"course-with-10000-seats-as-of", fullest + "?as_of=900000"},
		{"student-as-of", "/students/student-4711?as_of=500000"},
		{"students-as-of", "/students?as_of=500000"},
		{"log-as-of", "/log?as_of=500000"},
	} {
		b.Run(page.name, func(b *testing.B) {
			visitor := app.as("student-1")
			var took []time.Duration
			size := 0
			for b.Loop() {
				began := time.Now()
				got := visitor.send(http.MethodGet, page.path, nil, http.Header{"Accept-Encoding": {"gzip"}}) // as a browser asks
				size = len(decompressed(b, got.header, strings.NewReader(got.body)))
				took = append(took, time.Since(began))
				require.Equal(b, http.StatusOK, got.status, "%s", page.path)
			}
			slices.Sort(took)
			milliseconds := func(share float64) float64 { return took[int(share*float64(len(took)-1))].Seconds() * 1000 }
			b.ReportMetric(milliseconds(0.50), "p50-ms")
			b.ReportMetric(milliseconds(0.99), "p99-ms")
			b.ReportMetric(float64(size)/1000, "kB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// newLargeApp starts the application with a large term.
func newLargeApp(b *testing.B) *app {
	b.Helper()
	a := &app{t: b, pool: pgtest.New(b)}
	require.NoError(b, bigterm.Load(b.Context(), a.pool, bigterm.Large))
	store, err := dcb.NewEventStore(b.Context(), a.pool)
	require.NoError(b, err)
	defer store.Close()
	logger := slog.New(slog.DiscardHandler)
	require.NoError(b, readmodel.New(a.pool).Rebuild(b.Context(), store, logger, func(int64, int64) {}))
	a.start()
	return a
}
