package news

import (
	"context"
	"errors"
	"sync"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/web/decisions"
	"go-crablet/web/live"
	"go-crablet/web/site"
)

// breath returns how long to wait after news was told, so that changes that follow are told
// together: a message to two thousand viewers is two thousand writes. BenchmarkViewers
// measures how much time that leaves to decisions.
func breath(viewers int) time.Duration {
	return 100*time.Millisecond + time.Duration(viewers)*time.Millisecond
}

// listen tells the viewers what is new until ctx is done. It calls listening once it misses
// nothing.
func (p *Pages) listen(ctx context.Context, listening func()) {
	known := p.latestReceipts(ctx)
	var following sync.WaitGroup
	following.Go(func() { p.followReceipts(ctx, known) })
	following.Go(func() { p.status.Follow(ctx, p.Viewers) })
	p.followLog(ctx, listening)
	p.told.Store(0)
	following.Wait()
}

// followLog tells the viewers what any process appends, until ctx is done. If the log lost its
// end, all viewers are invited, and it goes on from the new end.
func (p *Pages) followLog(ctx context.Context, following func()) {
	for first := true; ; first = false {
		head, ok := p.awaitHead(ctx)
		if !ok {
			return
		}
		p.told.Store(head.Position)
		following()
		if !first {
			p.showAnotherLog(ctx, head)
		}
		p.followFrom(ctx, head)
	}
}

// showAnotherLog invites all viewers to fetch their page again, as soon as pages show the log
// as it is now. Events that they have shown may not exist any more.
func (p *Pages) showAnotherLog(ctx context.Context, head dcb.Checkpoint) {
	p.Logger.WarnContext(ctx, "the log lost its end, so all pages that somebody looks at are loaded again")
	p.awaitShown(ctx, head)
	p.Viewers.InviteAll()
}

// followFrom tells what is appended after a checkpoint, until ctx is done or the log has lost
// its end.
func (p *Pages) followFrom(ctx context.Context, head dcb.Checkpoint) {
	n := news{Pages: p, doors: map[courses.CourseID]door{}}
	for progress, err := range p.Log.Tail(ctx, dcb.AllEvents(), head) {
		if ctx.Err() != nil || errors.Is(err, dcb.ErrOtherHistory) {
			return
		}
		if err != nil {
			p.Logger.WarnContext(ctx, "viewers hear no news", "error", err)
			continue
		}
		// A page that is fetched before the tables have the events would not show them.
		if !p.awaitShown(ctx, progress.Checkpoint) {
			return
		}
		late := p.withoutReceipt(ctx, progress.Events) // before viewers are told: those who come now find the other receipts
		for err := n.tell(ctx, progress.Events); err != nil && ctx.Err() == nil; err = n.tell(ctx, progress.Events) {
			p.Logger.WarnContext(ctx, "viewers hear the news later", "error", err)
			live.Pause(ctx, time.Second)
		}
		p.told.Store(progress.Position)
		p.late.expect(late)
		live.Pause(ctx, breath(p.Viewers.Viewers()))
	}
}

// awaitShown waits until pages show the log up to a checkpoint, however long that takes. It
// reports false if ctx is done first, or if the log has lost its end.
func (p *Pages) awaitShown(ctx context.Context, at dcb.Checkpoint) bool {
	for ctx.Err() == nil {
		shown, err := p.isShown(ctx, at)
		switch {
		case shown:
			return true
		case errors.Is(err, dcb.ErrOtherHistory):
			return false
		case err != nil && ctx.Err() == nil:
			p.Logger.WarnContext(ctx, "viewers hear the news later", "error", err)
			live.Pause(ctx, time.Second)
		}
	}
	return false
}

// isShown waits for a limited time until pages show the log up to a checkpoint, and reports
// whether they do. The error matches [dcb.ErrOtherHistory] if the log has lost its end.
func (p *Pages) isShown(ctx context.Context, at dcb.Checkpoint) (bool, error) {
	ctx, answered := context.WithTimeout(ctx, site.LongestRequest)
	defer answered()
	shown, err := p.Terms.Await(ctx, at.Position, decisions.Patience)
	if shown || err != nil {
		return shown, err
	}
	_, _, err = p.Log.ReadSince(ctx, dcb.Query{}, at)
	return false, err
}

// awaitHead returns the end of the log as soon as the database answers. It reports false if
// ctx is done first.
func (p *Pages) awaitHead(ctx context.Context) (dcb.Checkpoint, bool) {
	for {
		head, err := p.Log.Head(ctx)
		if err == nil {
			return head, true
		}
		if ctx.Err() != nil {
			return head, false
		}
		p.Logger.WarnContext(ctx, "viewers hear no news", "error", err)
		live.Pause(ctx, time.Second)
	}
}
