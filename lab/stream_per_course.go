package lab

import (
	"context"
	"strings"

	"go-crablet/dcb"
)

func streamPerCourse() Strategy {
	return Strategy{
		Name:   "stream-per-course",
		Title:  "One stream per course",
		Broken: true,
		Cause:  "The course is guarded. The ten courses of the student are not.",
		Why: []string{
			"Every course is a stream with a version, and an append is rejected if the stream has a newer version: seats are never oversold.",
			"How many courses a student has is read from other streams, and no version guards them: a student who asks for several courses at once gets more than ten, and without a saga nobody takes them back.",
			"And any event of the course is a conflict, even a new title, which no subscription looks at.",
		},
		Shipped: "every event store that locks one stream at a time, which marten#4159 gives as the reason for going beyond it",
		Window:  BetweenDecideAndAppend,
		file:    "stream_per_course.go",
		open:    func(s *Site) dcb.Log { return streams{s.store} },
	}
}

// streams is the real store, with the condition that the repository of an aggregate has.
type streams struct{ dcb.Log }

// AppendAfter guards the stream of the events, and nothing else.
func (l streams) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	if err := dcb.CheckAppend(ctx, events, query, known); err != nil {
		return 0, err
	}
	if len(query.Items()) > 0 { // otherwise the append has no condition
		query = streamOf(events)
	}
	return l.Log.AppendAfter(ctx, events, query, known)
}

// streamOf returns the query for the stream that the events belong to: all events about the
// course. Events that are about no course have the stream of their first tag.
func streamOf(events []dcb.InputEvent) dcb.Query {
	var tags dcb.Tags
	for _, e := range events {
		tags = append(tags, e.Tags...)
	}
	for _, tag := range tags {
		if strings.HasPrefix(string(tag), "course_id:") {
			return dcb.NewQuery(dcb.Tags{tag})
		}
	}
	if len(tags) == 0 {
		return dcb.Query{}
	}
	return dcb.NewQuery(tags[:1])
}
