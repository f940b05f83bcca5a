package news

import (
	"bytes"
	"context"
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/catalogue"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// news tells what is new, and remembers what was told.
type news struct {
	*Pages
	doors map[courses.CourseID]door // as they were pushed last
}

// A door says whether a course accepts subscriptions. The buttons on its page depend on it.
type door struct{ full, archived bool }

// tell pushes the seats of the courses that events changed, and invites the viewers of anything
// else that changed. Call it when pages show the events already.
func (n *news) tell(ctx context.Context, events []dcb.Event) error {
	ctx, answered := context.WithTimeout(ctx, site.LongestRequest)
	defer answered()
	watched := slices.DeleteFunc(coursesIn(events), func(id courses.CourseID) bool {
		return !n.Viewers.Watched(string(site.SeatsTopic(id)))
	})
	changed := make([]readmodel.Course, len(watched))
	err := n.ReadNow(ctx, func(ctx context.Context) error {
		var ask readmodel.Questions
		for i, id := range watched {
			ask.Course(&changed[i], id)
		}
		_, err := n.Terms.Ask(ctx, &ask)
		return err
	})
	if err != nil {
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

// push sends the seats of a course to all who look at them. Buttons and places on the waitlist
// differ from viewer to viewer, so viewers are invited when these may have changed.
func (n *news) push(ctx context.Context, course readmodel.Course, queueMoved bool) error {
	seats := catalogue.SeatsOf(course, nil)
	var fragment bytes.Buffer
	if err := catalogue.SeatsArea(string(course.ID), seats).Render(ctx, &fragment); err != nil {
		return err
	}
	about := string(site.SeatsTopic(course.ID))
	n.Viewers.Push(about, "seats", ui.PlainText(fragment.Bytes()))
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

// invite invites all whose pages show the events.
func (n *news) invite(events []dcb.Event) { n.Viewers.Invite(topicsOf(events)...) }

// topicsOf returns the topics that events are news on.
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
