package site

import (
	"context"
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/story"
)

// Names returns the current names of the courses and students that tags stand for.
func (s *Site) Names(ctx context.Context, tags ...dcb.Tag) (names readmodel.Names, err error) {
	var ask readmodel.Questions
	ask.Names(&names, tags)
	_, err = s.Terms.Ask(ctx, &ask)
	return names, err
}

// NamesOver returns the names for telling events on a page. Each event is told with the names of
// its time. That takes one round trip, and another one if somebody was renamed since.
func (s *Site) NamesOver(ctx context.Context, l Layout, events []dcb.Event) (over readmodel.NamesOver, err error) {
	if len(events) == 0 {
		return over, nil
	}
	positions := make([]int64, len(events))
	for i, e := range events {
		positions[i] = e.Position
	}
	tags := story.TagsOf(events)
	var ask readmodel.Questions
	var renamed dcb.Tags
	ask.Names(&over.Now, tags)
	ask.Renamed(&renamed, tags, slices.Min(positions))
	if l.Past() {
		err = l.Moment.past.Ask(ctx, &ask)
	} else {
		_, err = s.Terms.Ask(ctx, &ask)
	}
	if err != nil || len(renamed) == 0 {
		return over, err
	}
	return readmodel.ReadNamesOver(ctx, s.LogOf(ctx), over.Now, renamed, positions)
}

func (m *moment) names(ctx context.Context, tags dcb.Tags) (names readmodel.Names, err error) {
	var ask readmodel.Questions
	ask.Names(&names, tags)
	return names, m.past.Ask(ctx, &ask)
}

// OpenNames replaces all sealed names in a text by the names themselves, each escaped as the
// text requires. Events, receipts and titles are stored with sealed names, and views pass
// them on as they are: [Visit.Render] opens them last, so no view and no template has to. If
// there are any, it takes one round trip to the database.
func (s *Site) OpenNames(ctx context.Context, text []byte, escape func(string) string) ([]byte, error) {
	return s.Keys.OpenIn(ctx, text, func(opened string, err error) string {
		return escape(courses.ShownName(opened, err))
	})
}
