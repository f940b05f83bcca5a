package news

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/catalogue"
	"go-crablet/web/decisions"
	"go-crablet/web/live"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
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

// news is what viewers were told of so far.
type news struct {
	*Pages
	doors map[courses.CourseID]door // of the courses that were pushed
}

// A door is what a course lets a visitor ask for.
type door struct{ full, archived bool }

// tell pushes the seats of the courses that changed, and invites those who look at
// anything else that did. Pages show the events already.
func (n *news) tell(ctx context.Context, events []dcb.Event) error {
	ctx, answered := context.WithTimeout(ctx, site.LongestRequest)
	defer answered()
	watched := slices.DeleteFunc(coursesIn(events), func(id courses.CourseID) bool {
		return !n.Viewers.Watched(string(site.SeatsTopic(id)))
	})
	var ask readmodel.Questions
	changed := make([]readmodel.Course, len(watched))
	for i, id := range watched {
		ask.Course(&changed[i], id)
	}
	if _, err := n.Terms.Ask(ctx, &ask); err != nil {
		return err
	}
	for _, course := range changed {
		if course.ID == "" {
			continue
		}
		if err := n.push(ctx, course, movesTheQueue(course.ID, events)); err != nil {
			return err
		}
	}
	n.invite(events)
	return nil
}

// push sends the seats of a course to all who look at them. Their buttons, and their places
// in the queue, are each one's own: they are worth an invitation only when they may have to
// say something else.
func (n *news) push(ctx context.Context, course readmodel.Course, queueMoved bool) error {
	seats := catalogue.SeatsOf(course, nil)
	var fragment bytes.Buffer
	if err := catalogue.SeatsArea(string(course.ID), seats).Render(ctx, &fragment); err != nil {
		return err
	}
	about := string(site.SeatsTopic(course.ID))
	n.Viewers.Push(about, live.NewMessage("seats", ui.PlainText(fragment.Bytes())))
	now := door{seats.Full(), seats.Archived}
	if before, known := n.doors[course.ID]; !known || before != now || queueMoved {
		n.Viewers.Invite(about)
	}
	n.doors[course.ID] = now
	return nil
}

// movesTheQueue reports whether one of the events changes who waits for a course.
func movesTheQueue(course courses.CourseID, events []dcb.Event) bool {
	queue := dcb.NewQuery(dcb.Tags{course.Tag()},
		courses.StudentJoinedWaitlist{}.EventType(), courses.StudentLeftWaitlist{}.EventType())
	return slices.ContainsFunc(events, queue.Matches)
}

// invite asks those to come whose pages show more of what is new than seats.
func (n *news) invite(events []dcb.Event) { n.Viewers.Invite(topicsOf(events)...) }

// topicsOf returns what events are news on.
func topicsOf(events []dcb.Event) []string {
	topics := []string{string(site.TopicLog)}
	for _, e := range events {
		topics = append(topics, site.AboutType+e.Type)
		for _, tag := range e.Tags {
			topics = append(topics, string(site.TagTopic(tag)))
		}
	}
	return topics
}

// coursesIn returns the courses that events are about, each once.
func coursesIn(events []dcb.Event) []courses.CourseID {
	var ids []courses.CourseID
	for _, tag := range story.TagsOf(events) {
		if id, ok := courses.CourseIn(tag); ok {
			ids = append(ids, id)
		}
	}
	return ids
}
