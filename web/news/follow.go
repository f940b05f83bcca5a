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

// breath returns how long to wait after news was told. One change is told at once, and
// many of them together: a message to two thousand viewers is two thousand writes, which
// are not to be made all the time. What that leaves to decisions is measured by
// BenchmarkViewers.
func breath(viewers int) time.Duration {
	return 100*time.Millisecond + time.Duration(viewers)*time.Millisecond
}

// listen tells the viewers what is new until ctx is done.
func (p *Pages) listen(ctx context.Context, listening func()) {
	known := p.latestReceipts(ctx)
	var following sync.WaitGroup
	following.Go(func() { p.followReceipts(ctx, known) })
	p.followLog(ctx, listening)
	following.Wait()
}

// followLog tells the viewers what is appended, by whatever process, until ctx is done. If
// the log turns out to be another one, it goes on from the end of that.
func (p *Pages) followLog(ctx context.Context, following func()) {
	for first := true; ; first = false {
		head, ok := p.awaitHead(ctx)
		if !ok {
			return
		}
		following()
		if !first {
			p.showAnotherLog(ctx, head)
		}
		p.followFrom(ctx, head)
	}
}

// showAnotherLog has everybody load their page again, as soon as pages are made of the log
// as it is now: nothing that they show is certain.
func (p *Pages) showAnotherLog(ctx context.Context, head dcb.Checkpoint) {
	p.Logger.WarnContext(ctx, "the log lost its end, so all pages that somebody looks at are loaded again")
	p.awaitShown(ctx, head)
	p.Viewers.InviteAll()
}

// followFrom tells what is appended after a checkpoint, until ctx is done or the log turns
// out to be another one.
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
		// A page that comes before the tables are there would show what it shows already.
		if !p.awaitShown(ctx, progress.Checkpoint) {
			return
		}
		late := p.withoutReceipt(ctx, progress.Events) // before it is told, so that who comes then sees the others
		for err := n.tell(ctx, progress.Events); err != nil && ctx.Err() == nil; err = n.tell(ctx, progress.Events) {
			p.Logger.WarnContext(ctx, "viewers hear the news later", "error", err)
			live.Pause(ctx, time.Second)
		}
		p.late.expect(late)
		live.Pause(ctx, breath(p.Viewers.Viewers()))
	}
}

// awaitShown waits until pages show the log up to a checkpoint, however long that takes, and
// reports whether they do. They never will if ctx is done first, or if the log has lost its
// end since.
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

// isShown reports whether pages show the log up to a checkpoint, and waits for that with
// patience. The error matches [dcb.ErrOtherHistory] if the log is another one by now.
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

// awaitHead returns where the log ends, as soon as the database says so, and
// whether it did before ctx was done.
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
