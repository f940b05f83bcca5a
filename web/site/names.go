package site

import (
	"context"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
)

// Names returns the current names of the courses and students that tags stand for.
func (s *Site) Names(ctx context.Context, tags ...dcb.Tag) (names readmodel.Names, err error) {
	var ask readmodel.Questions
	ask.Names(&names, tags)
	_, err = s.Terms.Ask(ctx, &ask)
	return names, err
}

// NamesIn returns the names of the courses and students that tags stand for, as of the moment
// that a page shows.
func (s *Site) NamesIn(ctx context.Context, l Layout, tags ...dcb.Tag) (readmodel.Names, error) {
	if l.Past() {
		return l.Moment.names(ctx, tags)
	}
	return s.Names(ctx, tags...)
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
