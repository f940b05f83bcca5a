package web_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/web"
)

const (
	lookers    = 2000
	deciders   = 16
	roundsEach = 4
	round      = 4 * time.Second
)

// BenchmarkViewers compares how many decisions are made while nobody looks, and while two thousand
// viewers look at all courses that the decisions are about. The viewers are in the same process;
// those who are invited fetch the page. Ask for one iteration:
//
//	go test -run '^$' -bench Viewers -benchtime 1x ./web
func BenchmarkViewers(b *testing.B) {
	alone, watched := newBenchApp(b), newBenchApp(b)
	crowd := watched.crowd(b, lookers)
	for b.Loop() {
		var without, with int64
		for range roundsEach {
			without += alone.decideFor(b, round)
			with += watched.decideFor(b, round)
			crowd.settle()
		}
		seconds := (roundsEach * round).Seconds()
		b.ReportMetric(float64(with)/float64(without), "of-unwatched")
		b.ReportMetric(float64(without)/seconds, "unwatched-decisions/s")
		b.ReportMetric(float64(with)/seconds, "watched-decisions/s")
		b.ReportMetric(float64(crowd.pushed.Swap(0))/lookers, "pushes-to-each")
		b.ReportMetric(float64(crowd.invited.Swap(0)), "invitations")
		b.ReportMetric(float64(crowd.lost.Load()), "lost")
	}
}

type benchApp struct{ *app }

func hall(i int) courses.CourseID { return courses.CourseID("hall-" + strconv.Itoa(i)) }

// newBenchApp starts the application with courses, and a student for each of them.
func newBenchApp(b *testing.B, changes ...func(*web.Config)) benchApp {
	a := newApp(b, changes...)
	for i := range deciders {
		require.NoError(b, courses.DefineCourse{Course: hall(i), Title: "Hall", Capacity: 60}.Decide(b.Context(), a.store))
		id := courses.StudentID("s" + strconv.Itoa(i))
		require.NoError(b, courses.RegisterStudent{Student: id, Name: sealed.Text(string(id))}.Decide(b.Context(), a.store))
	}
	a.awaitPages()
	return benchApp{a}
}

// decideFor has students take and give back seats for a while, and counts the decisions.
func (a benchApp) decideFor(b *testing.B, d time.Duration) int64 {
	var decided atomic.Int64
	var deciding sync.WaitGroup
	end := time.Now().Add(d)
	for i := range deciders {
		id := courses.StudentID("s" + strconv.Itoa(i))
		deciding.Go(func() {
			for time.Now().Before(end) {
				if err := (courses.SubscribeStudent{Student: id, Course: hall(i)}).Decide(b.Context(), a.store); err != nil {
					b.Error(err)
					return
				}
				if err := (courses.UnsubscribeStudent{Student: id, Course: hall(i)}).Decide(b.Context(), a.store); err != nil {
					b.Error(err)
					return
				}
				decided.Add(2)
			}
		})
	}
	deciding.Wait()
	a.awaitPages()
	return decided.Load()
}

// A crowd is many viewers of one page.
type crowd struct {
	pushed, invited, lost atomic.Int64
}

// crowd lets size viewers look at one page until the benchmark ends. It returns when all of them
// hear the news.
func (a benchApp) crowd(b *testing.B, size int) *crowd {
	c := &crowd{}
	ctx, cancel := context.WithCancel(b.Context())
	var news strings.Builder
	news.WriteString(a.server.URL + "/live?since=999999999&topic=type+CourseDefined")
	for i := range deciders {
		news.WriteString("&topic=seats+" + string(hall(i)))
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	fetches := make(chan struct{}, size)
	var looking, connected sync.WaitGroup
	for range 4 {
		looking.Go(func() { fetchPages(client, a.server.URL+"/", fetches) })
	}
	for range size {
		connected.Add(1)
		looking.Go(func() {
			arrived := sync.OnceFunc(connected.Done)
			defer arrived()
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, news.String(), nil)
			if err != nil {
				b.Error(err)
				return
			}
			answer, err := client.Do(request)
			if err != nil {
				b.Error(err)
				return
			}
			defer answer.Body.Close()
			c.hears(answer.Body, arrived, fetches)
			if ctx.Err() == nil {
				c.lost.Add(1)
			}
		})
	}
	connected.Wait()
	b.Cleanup(func() {
		cancel()
		close(fetches)
		looking.Wait()
	})
	return c
}

// fetchPages fetches the page once for each fetch.
func fetchPages(client *http.Client, url string, fetches <-chan struct{}) {
	for range fetches {
		if page, err := client.Get(url); err == nil {
			_, _ = io.Copy(io.Discard, page.Body)
			page.Body.Close()
		}
	}
}

// hears counts the messages of one viewer until they end, and asks for a fetch at each invitation.
func (c *crowd) hears(news io.Reader, arrived func(), fetches chan<- struct{}) {
	lines := bufio.NewScanner(news)
	for lines.Scan() {
		arrived()
		switch {
		case strings.HasPrefix(lines.Text(), "event: seats"):
			c.pushed.Add(1)
		case strings.HasPrefix(lines.Text(), "event: changed"):
			c.invited.Add(1)
			fetches <- struct{}{}
		}
	}
}

// settle waits until nothing was pushed for a second. Few invitations may still come, one after the
// other.
func (c *crowd) settle() {
	for quiet := time.Second; ; {
		before := c.pushed.Load()
		time.Sleep(quiet)
		if c.pushed.Load() == before {
			return
		}
	}
}
