package web_test

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"go-crablet/web"
)

const flooders = 40

// BenchmarkFlood compares how many decisions are made while nobody asks for costly pages, and
// while forty clients of one network ask for the lens and for the past all the time: without a
// limit, and with the limit that webapp has. Ask for one iteration:
//
//	go test -run '^$' -bench Flood -benchtime 1x ./web
func BenchmarkFlood(b *testing.B) {
	for _, share := range []int{0, 10} {
		b.Run("share="+strconv.Itoa(share), func(b *testing.B) {
			a := newBenchApp(b, func(c *web.Config) { c.CostlyShare = share })
			a.decideFor(b, round) // makes events, so there is a past to ask for
			for b.Loop() {
				var without, with int64
				var made, refused atomic.Int64
				end := a.flood(b, &made, &refused) // uses up what the network may have at once
				a.decideFor(b, 2*round)
				end()
				made.Store(0)
				refused.Store(0)
				for range roundsEach {
					without += a.decideFor(b, round)
					end = a.flood(b, &made, &refused)
					with += a.decideFor(b, round)
					end()
				}
				seconds := (roundsEach * round).Seconds()
				b.ReportMetric(float64(with)/float64(without), "of-unflooded")
				b.ReportMetric(float64(without)/seconds, "unflooded-decisions/s")
				b.ReportMetric(float64(with)/seconds, "flooded-decisions/s")
				b.ReportMetric(float64(made.Load())/seconds, "pages/s")
				b.ReportMetric(float64(refused.Load())/seconds, "refused/s")
			}
		})
	}
}

// flood asks for costly pages until it is ended.
func (a benchApp) flood(b *testing.B, made, refused *atomic.Int64) (end func()) {
	ctx, cancel := context.WithCancel(b.Context())
	past := "as_of=" + strconv.FormatInt(a.head(), 10)
	pages := []string{
		"/courses/" + string(hall(0)) + "/boundary?student=s0&by=stream", "/courses/" + string(hall(0)) + "?" + past,
		"/?find=a&" + past, "/students?find=a&" + past,
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: flooders}}
	var flooding sync.WaitGroup
	for i := range flooders {
		flooding.Go(func() {
			for ctx.Err() == nil {
				request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.server.URL+pages[i%len(pages)], nil)
				if err != nil {
					b.Error(err)
					return
				}
				page, err := client.Do(request)
				if err != nil {
					continue // it was ended
				}
				_, _ = io.Copy(io.Discard, page.Body)
				page.Body.Close()
				if page.StatusCode == http.StatusOK {
					made.Add(1)
				} else {
					refused.Add(1)
				}
			}
		})
	}
	return func() {
		cancel()
		flooding.Wait()
	}
}
