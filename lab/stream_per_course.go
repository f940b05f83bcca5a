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
		Why: []string{
			"Every course is a stream with a version, and an append is turned away when the stream has moved on: seats are never oversold.",
			"How many courses a student has is read as well, but it is spread over other streams, and no version guards it: at once, a student gets into more than ten, and without a saga nobody takes that back.",
			"And whatever happens to the course is a conflict, be it a new title that no subscription looks at.",
		},
		Shipped: "every event store that locks one stream at a time, which marten#4159 gives as the reason for going beyond it",
		Gap:     BetweenDecideAndAppend,
		file:    "stream_per_course.go",
		open:    func(s *Site) dcb.Log { return streams{s.store} },
	}
}

// streams is the real store under the condition that an aggregate's repository states.
type streams struct{ dcb.Log }

// AppendAfter guards the stream that the events go to, and nothing else.
func (l streams) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	if err := dcb.CheckAppend(ctx, events, query, known); err != nil {
		return 0, err
	}
	if len(query.Items()) > 0 { // else nothing is guarded
		query = streamOf(events)
	}
	return l.Log.AppendAfter(ctx, events, query, known)
}

// streamOf returns all that is about the course that the events are about. What is about
// no course has a stream of its own, by its first tag.
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
