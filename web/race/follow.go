package race

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"go-crablet/lab"
	"go-crablet/web/live"
	"go-crablet/web/site"
	"go-crablet/web/ui"
)

// followed are the runs that a goroutine follows on behalf of all viewers.
type followed struct {
	mu   sync.Mutex
	runs map[string]bool
}

// begin marks a run as followed, and reports whether it was not before.
func (f *followed) begin(run string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.runs[run] {
		return false
	}
	if f.runs == nil {
		f.runs = map[string]bool{}
	}
	f.runs[run] = true
	return true
}

func (f *followed) end(run string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.runs, run)
}

// Follow starts to push pictures of the races among the topics to all viewers, and to invite those
// of comparisons. Call it after Join: a viewer who joins when a run is already over is invited to
// fetch the page once. A run of another process is seen in the database.
func (p *Pages) Follow(viewers *live.Hub, viewer *live.Viewer, topics []string) {
	for _, t := range topics {
		id, ok := strings.CutPrefix(t, site.AboutRace)
		if !ok {
			continue
		}
		follow := func(ctx context.Context) { p.followElsewhere(ctx, viewers, viewer, id) }
		if run, running := p.theatre.Run(id); running {
			follow = func(ctx context.Context) { p.followRace(ctx, viewers, run) }
		} else if comparison, running := p.theatre.Comparison(id); running {
			follow = func(ctx context.Context) { p.followComparison(ctx, viewers, comparison) }
		}
		if p.follows.begin(id) && !viewers.Go(follow) {
			p.follows.end(id) // the program is stopping
		}
	}
}

// lookElsewhere is how often a run of another process is looked at. That process shows it as often.
// The page of a comparison is fetched again as often, at most.
const lookElsewhere = 500 * time.Millisecond

// followElsewhere does for a run of another process what followRace and followComparison do. If no
// process carries it out, it invites the one viewer who came.
func (p *Pages) followElsewhere(ctx context.Context, viewers *live.Hub, viewer *live.Viewer, id string) {
	seen, tried := false, -1
	for ctx.Err() == nil && viewers.Watched(string(site.RaceTopic(id))) {
		replay, err := p.theatre.Elsewhere(ctx, id)
		if err == nil {
			p.pushPictures(ctx, viewers, replay)
		} else if comparison, missing := p.theatre.ComparisonElsewhere(ctx, id); missing != nil {
			break
		} else if comparison.Tried() != tried {
			tried = comparison.Tried()
			viewers.Invite(string(site.RaceTopic(id)))
		}
		seen = true
		live.Pause(ctx, lookElsewhere)
	}
	p.follows.end(id)
	if seen {
		viewers.Invite(string(site.RaceTopic(id)))
	} else {
		viewers.InviteOne(viewer, string(site.RaceTopic(id)))
	}
}

// followRace pushes pictures of a race to its viewers until it is over, or until ctx is done.
// Then it invites them to fetch the page.
func (p *Pages) followRace(ctx context.Context, viewers *live.Hub, run *lab.Run) {
	for tooSlow := true; tooSlow; {
		tooSlow = false
		for _, err := range run.Watch(ctx) {
			if err != nil {
				tooSlow = errors.Is(err, lab.ErrTooSlow)
				break
			}
			p.pushPictures(ctx, viewers, run.Replay())
			live.Pause(ctx, betweenPictures(viewers.Viewers()))
		}
	}
	p.follows.end(run.ID)
	viewers.Invite(string(site.RaceTopic(run.ID)))
}

// followComparison invites the viewers of a comparison when there are more bursts, until it is over
// or ctx is done. It can't fall behind, because a comparison has a few dozen bursts.
func (p *Pages) followComparison(ctx context.Context, viewers *live.Hub, comparison *lab.Comparison) {
	for _, err := range comparison.Watch(ctx) {
		if err != nil {
			break
		}
		viewers.Invite(string(site.RaceTopic(comparison.ID)))
		live.Pause(ctx, lookElsewhere)
	}
	p.follows.end(comparison.ID)
	viewers.Invite(string(site.RaceTopic(comparison.ID)))
}

// betweenPictures returns how long to wait after a picture. Pictures are larger than other
// news, so it grows with the number of viewers.
func betweenPictures(viewers int) time.Duration {
	return 150*time.Millisecond + 5*time.Duration(viewers)*time.Millisecond
}

// pushPictures pushes a picture of each page of lanes that somebody looks at.
func (p *Pages) pushPictures(ctx context.Context, viewers *live.Hub, replay lab.Replay) {
	for from := 1; from <= len(replay.Contenders); {
		view := viewOf(replay, true, scrubOf(replay, nil).onLanesFrom(from))
		if about := string(site.LanesTopic(replay.ID, view.Lanes.First)); viewers.Watched(about) {
			var picture bytes.Buffer
			if err := frame(view).Render(ctx, &picture); err != nil {
				p.Logger.WarnContext(ctx, "a picture of a race", "error", err)
				return
			}
			viewers.Push(about, "picture", ui.PlainText(picture.Bytes()))
		}
		from = view.Lanes.Last + 1
	}
}
