package news

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"go-crablet/dcb"
	"go-crablet/web/live"
	"go-crablet/web/site"
)

// Live streams the news on the topics in the address until the viewer leaves.
func (p *Pages) Live(v *site.Visit) error {
	wanted, err := wantedNews(v)
	if err != nil {
		return err
	}
	topics := wanted.topics()
	viewer, err := p.join(v, topics)
	if err != nil {
		return err
	}
	defer p.Viewers.Leave(viewer)
	p.races.Follow(p.Viewers, viewer, topics)
	ctx, left := context.WithCancel(v.Context())
	var waiting sync.WaitGroup
	defer waiting.Wait()
	defer left()
	for _, t := range topics {
		if id, ok := strings.CutPrefix(t, site.AboutHeld); ok {
			waiting.Go(func() { p.held.Follow(ctx, id, func() { p.Viewers.InviteOne(viewer, t) }) })
		}
	}
	// After join, so that an event appended in between is told twice rather than never.
	if err := p.catchUp(ctx, &waiting, viewer, wanted); err != nil {
		return err
	}
	v.W.Header().Set("Content-Type", "text/event-stream")
	v.W.Header().Set("Cache-Control", "no-store")
	v.W.Header().Set("X-Accel-Buffering", "no") // or nginx would buffer the stream
	sendNews(v, viewer)
	return nil
}

// join adds a viewer of the topics, if there is room for one.
func (p *Pages) join(v *site.Visit, topics []string) (*live.Viewer, error) {
	viewer, err := p.Viewers.Join(v.Context(), v.Client().WideNetwork().String(), topics)
	if errors.Is(err, live.ErrFull) {
		v.W.Header().Set("Retry-After", "30")
		return nil, site.BadRequest(http.StatusServiceUnavailable, "Too many are looking at the moment. The page is right, it only does not change by itself.")
	}
	return viewer, err
}

// catchUp invites the viewer about topics whose pages miss events: as soon as pages show them, in
// a goroutine of waiting. Topics that are not about events have no positions to compare, so their
// viewers are always invited.
func (p *Pages) catchUp(ctx context.Context, waiting *sync.WaitGroup, viewer *live.Viewer, wanted wishes) error {
	for _, w := range wanted {
		newest, found, err := p.appendedSince(ctx, w.topics, w.since)
		if err != nil {
			return err
		}
		timeless := slices.DeleteFunc(slices.Clone(w.topics), func(t string) bool { return !site.IsTimeless(t) })
		p.Viewers.InviteOne(viewer, timeless...)
		if found {
			waiting.Go(func() {
				if p.awaitShown(ctx, newest) {
					p.Viewers.InviteOne(viewer, w.topics...)
				}
			})
		}
	}
	return nil
}

// appendedSince returns the newest event on one of the topics after a position. found reports
// whether there is one.
func (p *Pages) appendedSince(ctx context.Context, topics []string, position int64) (newest dcb.Checkpoint, found bool, err error) {
	var query dcb.Query
	for _, t := range topics {
		query = query.Or(site.Topic(t).Query())
	}
	err = p.ReadNow(ctx, func(ctx context.Context) error {
		for e, err := range p.LogOf(ctx).Read(ctx, query, dcb.ReadOptions{After: position, Backwards: true, Limit: 1}) {
			newest, found = e.Checkpoint(), err == nil
			return err
		}
		return nil
	})
	return newest, found, err
}

// sendNews writes the viewer's messages until the viewer leaves or is dropped. It writes all
// that are waiting at once, since a write costs more than its bytes.
func sendNews(v *site.Visit, viewer *live.Viewer) {
	to := http.NewResponseController(v.W)
	send := func(m []byte) bool {
		if err := to.SetWriteDeadline(time.Now().Add(site.LongestWrite)); err != nil {
			return false
		}
		_, err := v.W.Write(m)
		return err == nil && to.Flush() == nil
	}
	beat := time.NewTicker(site.Heartbeat)
	defer beat.Stop()
	going := send([]byte("retry: 1000\n\n")) // milliseconds until a browser that lost the stream comes back
	var all []byte
	for going {
		select {
		case m, ok := <-viewer.Messages():
			all = append(all[:0], m...)
			for range len(viewer.Messages()) { // nobody else receives from the channel
				all = append(all, <-viewer.Messages()...)
			}
			going = ok && send(all)
		case <-beat.C:
			going = send([]byte(":\n\n"))
		case <-v.Context().Done():
			return
		}
	}
}
